#include "async/sleeper.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/this_coro.hpp>

namespace rialto {

void Sleepers::wake_all() {
    for (Sleeper* sleeper : list)
        sleeper->wake();
}

Sleeper::Sleeper(const asio::any_io_executor& executor, std::shared_ptr<Sleepers> sleepers, Deadline deadline)
    : sleepers_{std::move(sleepers)}, timer_{executor, deadline} {
    const std::lock_guard lock{sleepers_->mutex};
    position_ = sleepers_->list.insert(sleepers_->list.end(), this);
}

Sleeper::~Sleeper() {
    const std::lock_guard lock{sleepers_->mutex};
    sleepers_->list.erase(position_);
}

Task<> Sleeper::sleep() {
    // A wait that is begun after the cancellation would not hear of it.
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none)
        co_return;

    auto start = [this](auto handler) {
        const std::lock_guard lock{sleepers_->mutex};
        timer_.async_wait(std::move(handler));
    };
    using Token = decltype(kNoThrow);
    co_await asio::async_initiate<Token, void(boost::system::error_code)>(start, kNoThrow);
}

}  // namespace rialto
