#include "api/ws/outbox.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <utility>

#include "api/ws/frames.hpp"

namespace rialto::api::ws {
namespace {

/// Both waits end with the connection, whose limits are the server's; this only bounds a single wait.
constexpr auto kLongest = std::chrono::hours{1};

Task<bool> wait_and_go_on(Signal& signal, std::uint64_t seen) {
    const bool told = co_await signal.wait(seen, std::chrono::steady_clock::now() + kLongest);
    if (told)
        co_return true;
    const auto state = co_await asio::this_coro::cancellation_state;
    co_return state.cancelled() == asio::cancellation_type::none;
}

}  // namespace

void Outbox::say(std::string text) {
    const std::lock_guard lock{mutex_};
    const auto size = text.size();
    add(std::move(text), size);
}

void Outbox::tell(const std::shared_ptr<const Source>& source, const std::shared_ptr<const channels::Pushed>& event) {
    const std::lock_guard lock{mutex_};
    if (!source->muted)
        add(Event{source, event}, source->prefix.size() + event->payload.size());
}

void Outbox::add(Item item, std::size_t size) {
    if (close_ || ended_)
        return;
    const bool full = items_.size() >= max_messages_ || (!items_.empty() && bytes_ + size > max_bytes_);
    if (full)
        return overflow();
    items_.push_back(std::move(item));
    bytes_ += size;
    if (items_.size() == 1)
        work_.notify();
}

void Outbox::overflow() {
    items_.clear();
    bytes_ = 0;
    overflowed_ = true;
    close_ = Close{kCloseSlow, "slow consumer: reconnect with since"};
    work_.notify();
    room_.notify();
}

void Outbox::mute(Source& source) {
    const std::lock_guard lock{mutex_};
    source.muted = true;
}

void Outbox::close(std::uint16_t code, std::string reason) {
    const std::lock_guard lock{mutex_};
    if (close_)
        return;
    close_ = Close{code, std::move(reason)};
    work_.notify();
    room_.notify();
}

void Outbox::end() {
    const std::lock_guard lock{mutex_};
    ended_ = true;
    items_.clear();
    bytes_ = 0;
    work_.notify();
    room_.notify();
}

bool Outbox::ended() const {
    const std::lock_guard lock{mutex_};
    return ended_;
}

bool Outbox::overflowed() const {
    const std::lock_guard lock{mutex_};
    return overflowed_;
}

Outbox::Work Outbox::take() {
    std::vector<Item> items;
    Work work;
    {
        const std::lock_guard lock{mutex_};
        items.swap(items_);
        bytes_ = 0;
        work.close = close_;
        work.ended = ended_;
    }
    if (!items.empty())
        room_.notify();
    work.texts.reserve(items.size());
    for (auto& item : items) {
        if (auto* text = std::get_if<std::string>(&item))
            work.texts.push_back(std::move(*text));
        else if (const auto* event = std::get_if<Event>(&item))
            work.texts.push_back(event_frame(event->source->prefix, *event->pushed));
    }
    return work;
}

bool Outbox::has_work() const {
    const std::lock_guard lock{mutex_};
    return !items_.empty() || close_ || ended_;
}

bool Outbox::has_room() const {
    const std::lock_guard lock{mutex_};
    return close_ || ended_ || (items_.size() * 2 <= max_messages_ && bytes_ * 2 <= max_bytes_);
}

Task<> Outbox::wait_for_work() {
    for (bool go_on = true; go_on;) {
        const auto seen = work_.version();
        if (has_work())
            co_return;
        go_on = co_await wait_and_go_on(work_, seen);
    }
}

Task<> Outbox::wait_for_room() {
    for (bool go_on = true; go_on;) {
        const auto seen = room_.version();
        if (has_room())
            co_return;
        go_on = co_await wait_and_go_on(room_, seen);
    }
}

}  // namespace rialto::api::ws
