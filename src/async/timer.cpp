#include "rialto/async/timer.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <map>

#include "async/sleeper.hpp"

namespace rialto {
namespace {

constexpr Duration kLookAtClockEvery = 1min;
constexpr Duration kFurthestAhead = std::chrono::days{36'500};

}  // namespace

Task<> SystemTimer::wait_until(TimePoint time) {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    for (auto now = clock_.now(), last = now; now < time && now >= last; last = now, now = clock_.now()) {
        if (cancellation.cancelled() != asio::cancellation_type::none)
            co_return;
        timer.expires_after(std::min<Duration>(time - now, kLookAtClockEvery));
        const auto [failure] = co_await timer.async_wait(kNoThrow);
        if (failure)
            co_return;
    }
}

struct OffsetTimer::State : Sleepers {};

OffsetTimer::OffsetTimer(OffsetClock& clock) : clock_{clock}, state_{std::make_shared<State>()} {}
OffsetTimer::~OffsetTimer() = default;

Task<> OffsetTimer::wait_until(TimePoint time) {
    const auto state = state_;
    const auto executor = co_await asio::this_coro::executor;
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    for (auto last = clock_.now(); cancellation.cancelled() == asio::cancellation_type::none;) {
        const TimePoint now = clock_.now();
        if (now < last)
            co_return;
        last = now;
        const Duration left = time - now;
        const auto nap = std::clamp<Duration>(left, 0ms, kLookAtClockEvery);
        Sleeper sleeper{executor, state, Sleeper::Deadline::clock::now() + nap};
        // From here on advance() wakes it, so what it did before must be looked at now.
        if (clock_.now() >= time)
            co_return;
        co_await sleeper.sleep();
    }
}

bool OffsetTimer::advance(Duration by) {
    const std::lock_guard lock{state_->mutex};
    if (by > kFurthestAhead - clock_.offset())
        return false;
    clock_.advance(by);
    state_->wake_all();
    return true;
}

struct VirtualTimer::State : Sleepers {
    std::multimap<TimePoint, Sleeper*> due;  // guarded by the mutex
};

VirtualTimer::VirtualTimer(ManualClock& clock) : clock_{clock}, state_{std::make_shared<State>()} {}
VirtualTimer::~VirtualTimer() = default;

Task<> VirtualTimer::wait_until(TimePoint time) {
    // Leaves the list also when the coroutine is destroyed in its sleep.
    struct Entry {
        ~Entry() {
            const std::lock_guard lock{state.mutex};
            std::erase_if(state.due, [this](const auto& entry) { return entry.second == &sleeper; });
        }
        State& state;
        Sleeper& sleeper;
    };

    const auto state = state_;
    const auto executor = co_await asio::this_coro::executor;
    Sleeper sleeper{executor, state, Sleeper::Deadline::max()};
    const Entry entry{*state, sleeper};
    {
        const std::lock_guard lock{state->mutex};
        if (clock_.now() >= time)
            co_return;
        state->due.emplace(time, &sleeper);
    }
    co_await sleeper.sleep();
}

void VirtualTimer::advance(Duration by) {
    const std::lock_guard lock{state_->mutex};
    clock_.advance(by);
    const auto future = state_->due.upper_bound(clock_.now());
    for (auto entry = state_->due.begin(); entry != future; entry = state_->due.erase(entry))
        entry->second->wake();
}

std::size_t VirtualTimer::waiting() const {
    const std::lock_guard lock{state_->mutex};
    return state_->due.size();
}

}  // namespace rialto
