#pragma once

#include <array>
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/role.hpp>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "rialto/async/task.hpp"

namespace rialto::http {

using ErrorCode = boost::system::error_code;
using IoHandler = asio::any_completion_handler<void(ErrorCode, std::size_t)>;
using DoneHandler = asio::any_completion_handler<void(ErrorCode)>;

/// One connection's bytes, however they travel: plain TCP, TLS, or an in-memory pipe.
///
/// Lives on the strand that executor() is. One read and one write may be under way at a time.
class Transport {
public:
    virtual ~Transport() = default;
    virtual asio::any_io_executor executor() = 0;

    /// Makes the connection usable (the TLS handshake). Call once, first.
    virtual void open(DoneHandler handler) = 0;
    virtual void read_some(std::span<const asio::mutable_buffer> buffers, IoHandler handler) = 0;
    virtual void write_some(std::span<const asio::const_buffer> buffers, IoHandler handler) = 0;
    /// Tells the peer that nothing more will come.
    virtual void shut_down(DoneHandler handler) = 0;
    /// After shut_down(): reads and throws away, so that closing does not reset what the peer has yet to read.
    virtual void discard_some(IoHandler handler) = 0;

    /// Ends what is under way with operation_aborted.
    virtual void cancel() noexcept = 0;
    virtual void close() noexcept = 0;
};

/// A stream whose transport is chosen at run time, so that Beast's templates are instantiated for one type only.
class AnyStream {
public:
    using executor_type = asio::any_io_executor;

    explicit AnyStream(std::unique_ptr<Transport> transport) : transport_{std::move(transport)} {}

    executor_type get_executor() { return transport_->executor(); }
    Transport& transport() { return *transport_; }

    /// `bytes` will be read before what the transport has.
    void unread(std::string bytes) { unread_ = std::move(bytes); }

    /// From here, writes are kept and reported as done; the first write after release() sends them too, in one piece.
    void hold() { holding_ = true; }
    void release() { holding_ = false; }
    std::size_t held() const { return held_.size(); }

    /// Sends what is kept, and tells the peer that nothing more will come.
    void shut_down(DoneHandler handler);

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        const auto start = [this](auto handler, const Buffers& to) {
            std::array<asio::mutable_buffer, kMaxBuffers> flat;
            read({flat.data(), flatten(to, flat)}, IoHandler{std::move(handler)});
        };
        return asio::async_initiate<Token, void(ErrorCode, std::size_t)>(start, token, buffers);
    }

    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        const auto start = [this](auto handler, const Buffers& from) {
            std::array<asio::const_buffer, kMaxBuffers> flat;
            write({flat.data(), flatten(from, flat)}, IoHandler{std::move(handler)});
        };
        return asio::async_initiate<Token, void(ErrorCode, std::size_t)>(start, token, buffers);
    }

private:
    static constexpr std::size_t kMaxBuffers = 4;  // Beast sends a frame as header and payload.

    template <class Buffers, class Flat>
    static std::size_t flatten(const Buffers& buffers, Flat& flat) {
        std::size_t count = 0;
        const auto end = asio::buffer_sequence_end(buffers);
        for (auto it = asio::buffer_sequence_begin(buffers); it != end && count < kMaxBuffers; ++it)
            flat[count++] = *it;
        return count;
    }

    void read(std::span<const asio::mutable_buffer> buffers, IoHandler handler);
    void write(std::span<const asio::const_buffer> buffers, IoHandler handler);
    void write_held(IoHandler handler, std::size_t of_caller);

    std::unique_ptr<Transport> transport_;
    std::string unread_;
    std::string held_;
    bool holding_ = false;
};

/// Beast's customisation points for the end of a WebSocket.
template <class Handler>
void async_teardown(boost::beast::role_type, AnyStream& stream, Handler&& handler) {
    stream.shut_down(DoneHandler{std::forward<Handler>(handler)});
}
inline void beast_close_socket(AnyStream& stream) { stream.transport().close(); }

}  // namespace rialto::http
