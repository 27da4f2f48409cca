#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "rialto/channels/channels.hpp"
#include "tests/unit/channels/fake_store.hpp"

namespace rialto::channels {

/// Remembers what it hears.
class Recorder final : public Subscriber {
public:
    void push(const std::shared_ptr<const Pushed>& pushed) noexcept override {
        const std::lock_guard lock{mutex_};
        heard_.push_back(pushed);
    }

    std::vector<std::int64_t> offsets() const {
        const std::lock_guard lock{mutex_};
        std::vector<std::int64_t> result;
        for (const auto& pushed : heard_)
            result.push_back(pushed->offset);
        return result;
    }

    std::vector<std::string> payloads() const {
        const std::lock_guard lock{mutex_};
        std::vector<std::string> result;
        for (const auto& pushed : heard_)
            result.push_back(pushed->payload);
        return result;
    }

private:
    mutable std::mutex mutex_;  // guards heard_
    std::vector<std::shared_ptr<const Pushed>> heard_;
};

/// Catches up to the end, with the pages given to `recorder`, as a session does.
inline Task<Status> go_live(Subscription& subscription, std::shared_ptr<Recorder> recorder) {
    for (;;) {
        const auto page = co_await subscription.catch_up();
        if (!page)
            co_return page.error();
        if (page->live)
            co_return Status{};
        for (const auto& entry : page->entries)
            recorder->push(entry);
    }
}

inline pattern::Pattern parse(std::string_view filter) { return pattern::Pattern::parse(filter).value(); }

struct ChannelsTest {
    explicit ChannelsTest(ChannelLimits l = {}) : limits{l} {}
    ~ChannelsTest() { stop(); }

    /// Starts `task`; its value comes when the loop has run far enough.
    template <class T>
    std::shared_ptr<std::optional<T>> start(Task<T> task) {
        auto value = std::make_shared<std::optional<T>>();
        asio::co_spawn(loop, std::move(task), [value](std::exception_ptr failure, T result) {
            if (!failure)
                value->emplace(std::move(result));
        });
        settle();
        return value;
    }

    /// Runs everything that can run now.
    void settle() {
        loop.restart();
        while (loop.poll() > 0) {
        }
    }

    Result<std::int64_t> try_publish(const std::string& id, const std::string& payload = "{}") {
        return start(channels.publish("posts", id, payload))->value();
    }

    /// The offset; 0 if it failed.
    std::int64_t publish(const std::string& id, const std::string& payload = "{}") {
        return try_publish(id, payload).value_or(0);
    }

    std::vector<std::int64_t> publish_all(int count) {
        std::vector<std::int64_t> offsets;
        for (int i = 0; i < count; ++i)
            offsets.push_back(publish("id" + std::to_string(++published)));
        return offsets;
    }

    /// A subscription that has not caught up.
    Result<Subscription> join(std::optional<Position> since = {}, std::optional<pattern::Pattern> filter = {}) {
        return join_channel("posts", std::move(since), std::move(filter));
    }

    Result<Subscription> join_channel(std::string name, std::optional<Position> since = {},
                                      std::optional<pattern::Pattern> filter = {}) {
        auto joined = std::make_shared<std::optional<Result<Subscription>>>();
        asio::co_spawn(loop,
                       keep(channels.join(std::move(name), recorder, std::move(filter), std::move(since)), joined),
                       asio::detached);
        settle();
        return std::move(joined->value());
    }

    Status go_live(Subscription& subscription) { return start(channels::go_live(subscription, recorder))->value(); }

    /// A subscription that has caught up and listens.
    Subscription listen(std::optional<Position> since = {}, std::optional<pattern::Pattern> filter = {}) {
        auto subscription = std::move(join(std::move(since), std::move(filter)).value());
        go_live(subscription).value();
        return subscription;
    }

    void stop() {
        if (stopped)
            return;
        stopped = true;
        asio::co_spawn(loop, channels.stop(), asio::detached);
        settle();
    }

    static Task<> keep(Task<Result<Subscription>> task, std::shared_ptr<std::optional<Result<Subscription>>> result) {
        result->emplace(co_await std::move(task));
    }

    asio::io_context loop;
    FakeStore store;
    ManualClock clock;
    ChannelLimits limits;
    metrics::Registry registry;
    std::shared_ptr<Recorder> recorder = std::make_shared<Recorder>();
    bool stopped = false;
    int published = 0;
    Channels channels{loop.get_executor(), store, clock, limits, registry};
};

}  // namespace rialto::channels
