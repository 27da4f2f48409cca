#include "rialto/async/mutex.hpp"

#include <boost/asio/experimental/concurrent_channel.hpp>
#include <utility>

namespace rialto {

/// Holds one message, a token, while nobody is in.
struct Mutex::Lock::Queue {
    explicit Queue(asio::any_io_executor executor) : tokens{std::move(executor), 1} {}
    asio::experimental::concurrent_channel<void(boost::system::error_code)> tokens;
};

Mutex::Mutex(asio::any_io_executor executor) : queue_{std::make_shared<Lock::Queue>(std::move(executor))} {
    queue_->tokens.try_send(boost::system::error_code{});
}

Mutex::~Mutex() = default;

Task<Mutex::Lock> Mutex::lock() {
    auto queue = queue_;
    co_await queue->tokens.async_receive(kNoThrow);
    co_return Lock{std::move(queue)};
}

Mutex::Lock::~Lock() {
    if (queue_)
        queue_->tokens.try_send(boost::system::error_code{});
}

}  // namespace rialto
