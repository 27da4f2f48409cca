#include "rialto/async/signal.hpp"

#include <boost/asio/this_coro.hpp>

#include "async/sleeper.hpp"

namespace rialto {

struct Signal::State : Sleepers {
    std::uint64_t version = 0;  // guarded by the mutex
};

Signal::Signal() : state_{std::make_shared<State>()} {}
Signal::~Signal() = default;

std::uint64_t Signal::version() const {
    const std::lock_guard lock{state_->mutex};
    return state_->version;
}

void Signal::notify() {
    const auto state = state_;  // whoever is woken may destroy the signal at once
    const std::lock_guard lock{state->mutex};
    ++state->version;
    state->wake_all();
}

Task<bool> Signal::wait(std::uint64_t seen, std::chrono::steady_clock::time_point deadline) {
    const auto state = state_;
    const auto is_news = [&state, seen] {
        const std::lock_guard lock{state->mutex};
        return state->version != seen;
    };
    const auto executor = co_await asio::this_coro::executor;
    Sleeper sleeper{executor, state, deadline};
    if (is_news())
        co_return true;
    co_await sleeper.sleep();
    co_return is_news();
}

}  // namespace rialto
