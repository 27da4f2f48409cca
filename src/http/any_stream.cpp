#include "http/any_stream.hpp"

#include <boost/asio/bind_executor.hpp>

namespace rialto::http {
namespace {

void post_result(const asio::any_io_executor& executor, IoHandler handler, std::size_t bytes) {
    auto complete = [handler = std::move(handler), bytes]() mutable { std::move(handler)(ErrorCode{}, bytes); };
    asio::post(executor, std::move(complete));
}

}  // namespace

void AnyStream::read(std::span<const asio::mutable_buffer> buffers, IoHandler handler) {
    if (unread_.empty() || buffers.empty())
        return transport_->read_some(buffers, std::move(handler));
    const auto copied = asio::buffer_copy(buffers.front(), asio::buffer(unread_));
    unread_.erase(0, copied);
    if (unread_.empty())
        unread_.shrink_to_fit();
    post_result(get_executor(), std::move(handler), copied);
}

void AnyStream::write(std::span<const asio::const_buffer> buffers, IoHandler handler) {
    if (!holding_ && held_.empty())
        return transport_->write_some(buffers, std::move(handler));
    std::size_t bytes = 0;
    for (const auto& buffer : buffers) {
        held_.append(static_cast<const char*>(buffer.data()), buffer.size());
        bytes += buffer.size();
    }
    if (holding_)
        return post_result(get_executor(), std::move(handler), bytes);
    write_held(std::move(handler), bytes);
}

void AnyStream::shut_down(DoneHandler handler) {
    if (held_.empty())
        return transport_->shut_down(std::move(handler));
    auto then = [this, handler = std::move(handler)](ErrorCode, std::size_t) mutable {
        transport_->shut_down(std::move(handler));
    };
    write_held(IoHandler{std::move(then)}, 0);
}

void AnyStream::write_held(IoHandler handler, std::size_t of_caller) {
    auto next = [this, handler = std::move(handler), of_caller](ErrorCode error, std::size_t sent) mutable {
        held_.erase(0, sent);
        if (!error && !held_.empty())
            return write_held(std::move(handler), of_caller);
        held_ = {};
        std::move(handler)(error, error ? 0 : of_caller);
    };
    const asio::const_buffer all = asio::buffer(held_);
    transport_->write_some({&all, 1}, IoHandler{asio::bind_executor(get_executor(), std::move(next))});
}

}  // namespace rialto::http
