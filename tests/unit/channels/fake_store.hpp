#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "rialto/async/signal.hpp"
#include "rialto/storage/channel_store.hpp"

namespace rialto::channels {

/// A history in memory. Appends can be held back, and can fail with or without being kept. Thread-safe.
class FakeStore final : public storage::ChannelStore {
public:
    using Entries = std::vector<storage::ChannelEntry>;
    enum class Failure { None, Lost, InDoubt };

    Task<Result<std::vector<Appended>>> append(std::string channel, Entries entries, TimePoint,
                                               storage::Retention kept) override {
        {
            const std::lock_guard lock{mutex_};
            ++appends_;
        }
        co_await wait_while_held();
        const std::lock_guard lock{mutex_};
        const auto failure = std::exchange(failure_, Failure::None);
        if (failure == Failure::Lost)
            co_return Error{Errc::Unavailable, "the disk is full"};
        std::vector<Appended> result;
        auto& history = histories_[channel];
        for (auto& entry : entries)
            result.push_back(add(history, std::move(entry)));
        const auto excess = std::max(history.entries.size(), kept.entries) - kept.entries;
        history.entries.erase(history.entries.begin(), history.entries.begin() + static_cast<std::ptrdiff_t>(excess));
        if (failure == Failure::InDoubt)
            co_return Error{Errc::Unavailable, "the commit failed"};
        co_return result;
    }

    Task<Result<storage::ChannelState>> state(std::string channel) override {
        const std::lock_guard lock{mutex_};
        if (unavailable_)
            co_return Error{Errc::Unavailable, "no connection"};
        const auto& history = histories_[channel];
        const auto kept = static_cast<std::int64_t>(history.entries.size());
        co_return storage::ChannelState{.epoch = "e1", .first = history.last - kept + 1, .last = history.last};
    }

    Task<Result<Entries>> read(std::string channel, std::int64_t after, std::size_t limit) override {
        const std::lock_guard lock{mutex_};
        ++reads_;
        Entries result;
        for (const auto& entry : histories_[channel].entries)
            if (entry.offset > after && result.size() < limit)
                result.push_back(entry);
        co_return result;
    }

    void hold() { set(held_, true); }
    void release() {
        set(held_, false);
        released_.notify();
    }
    void fail_next(Failure failure) { set(failure_, failure); }
    void set_unavailable(bool is) { set(unavailable_, is); }
    void forget(const std::string& channel) {
        const std::lock_guard lock{mutex_};
        histories_[channel].entries.clear();
    }

    std::size_t appends() const { return get(appends_); }
    std::size_t reads() const { return get(reads_); }

private:
    struct History {
        Entries entries;
        std::int64_t last = 0;
    };

    static Appended add(History& history, storage::ChannelEntry entry) {
        const auto known = std::ranges::find(history.entries, entry.event_id, &storage::ChannelEntry::event_id);
        if (known != history.entries.end())
            return {.offset = known->offset, .fresh = false};
        entry.offset = ++history.last;
        history.entries.push_back(std::move(entry));
        return {.offset = history.last, .fresh = true};
    }

    Task<> wait_while_held() {
        for (;;) {
            const auto seen = released_.version();
            if (!get(held_))
                co_return;
            co_await released_.wait(seen, std::chrono::steady_clock::now() + std::chrono::minutes{1});
        }
    }

    template <class T>
    T get(const T& member) const {
        const std::lock_guard lock{mutex_};
        return member;
    }
    template <class T>
    void set(T& member, T value) {
        const std::lock_guard lock{mutex_};
        member = value;
    }

    Signal released_;
    mutable std::mutex mutex_;  // guards what follows
    std::map<std::string, History> histories_;
    std::size_t appends_ = 0;
    std::size_t reads_ = 0;
    Failure failure_ = Failure::None;
    bool held_ = false;
    bool unavailable_ = false;
};

}  // namespace rialto::channels
