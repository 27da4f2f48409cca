#include "http/transport.hpp"

#include <algorithm>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/ssl/stream.hpp>

namespace rialto::http {
namespace {

using asio::ip::tcp;

/// A copy of the caller's buffers, which the operation may keep.
template <class Buffer>
class BufferList {
public:
    using value_type = Buffer;
    using const_iterator = const Buffer*;

    explicit BufferList(std::span<const Buffer> buffers) : size_{std::min(buffers.size(), buffers_.size())} {
        std::copy_n(buffers.begin(), size_, buffers_.begin());
    }
    const_iterator begin() const { return buffers_.data(); }
    const_iterator end() const { return buffers_.data() + size_; }

private:
    std::array<Buffer, 4> buffers_;
    std::size_t size_;
};

constexpr std::size_t kScratchSize = 16 << 10;

class Tcp final : public Transport {
public:
    explicit Tcp(tcp::socket socket) : socket_{std::move(socket)} {}

    asio::any_io_executor executor() override { return socket_.get_executor(); }
    void open(DoneHandler handler) override { complete(std::move(handler), {}); }
    void read_some(std::span<const asio::mutable_buffer> buffers, IoHandler handler) override {
        socket_.async_read_some(BufferList{buffers}, asio::bind_executor(executor(), std::move(handler)));
    }
    void write_some(std::span<const asio::const_buffer> buffers, IoHandler handler) override {
        socket_.async_write_some(BufferList{buffers}, asio::bind_executor(executor(), std::move(handler)));
    }
    void shut_down(DoneHandler handler) override {
        ErrorCode error;
        socket_.shutdown(tcp::socket::shutdown_send, error);
        complete(std::move(handler), error);
    }
    void discard_some(IoHandler handler) override {
        if (!scratch_)
            scratch_ = std::make_unique<char[]>(kScratchSize);
        socket_.async_read_some(asio::buffer(scratch_.get(), kScratchSize),
                                asio::bind_executor(executor(), std::move(handler)));
    }
    void cancel() noexcept override {
        ErrorCode ignored;
        socket_.cancel(ignored);
    }
    void close() noexcept override {
        ErrorCode ignored;
        socket_.close(ignored);
    }

private:
    void complete(DoneHandler handler, ErrorCode error) {
        asio::post(executor(), [handler = std::move(handler), error]() mutable { std::move(handler)(error); });
    }

    tcp::socket socket_;
    std::unique_ptr<char[]> scratch_;
};

class Tls final : public Transport {
public:
    Tls(tcp::socket socket, std::shared_ptr<asio::ssl::context> context)
        : context_{std::move(context)}, stream_{std::move(socket), *context_} {}

    asio::any_io_executor executor() override { return stream_.get_executor(); }
    void open(DoneHandler handler) override {
        stream_.async_handshake(asio::ssl::stream_base::server, asio::bind_executor(executor(), std::move(handler)));
    }
    void read_some(std::span<const asio::mutable_buffer> buffers, IoHandler handler) override {
        stream_.async_read_some(BufferList{buffers}, asio::bind_executor(executor(), std::move(handler)));
    }
    void write_some(std::span<const asio::const_buffer> buffers, IoHandler handler) override {
        const auto joined = join_small(buffers);
        stream_.async_write_some(BufferList<asio::const_buffer>{joined},
                                 asio::bind_executor(executor(), std::move(handler)));
    }
    void shut_down(DoneHandler handler) override {
        auto then = [this, handler = std::move(handler)](ErrorCode error) mutable {
            ErrorCode ignored;
            stream_.next_layer().shutdown(tcp::socket::shutdown_send, ignored);
            std::move(handler)(error);
        };
        stream_.async_shutdown(asio::bind_executor(executor(), std::move(then)));
    }
    void discard_some(IoHandler handler) override {
        joined_.resize(kScratchSize);
        stream_.next_layer().async_read_some(asio::buffer(joined_),
                                             asio::bind_executor(executor(), std::move(handler)));
    }
    void cancel() noexcept override {
        ErrorCode ignored;
        stream_.next_layer().cancel(ignored);
    }
    void close() noexcept override {
        ErrorCode ignored;
        stream_.next_layer().close(ignored);
    }

private:
    // OpenSSL takes one buffer at a time: without this, a small frame's header would be a record and a packet of its
    // own.
    std::span<const asio::const_buffer> join_small(std::span<const asio::const_buffer> buffers) {
        if (buffers.size() < 2 || buffers.front().size() >= kJoinLimit)
            return buffers;
        joined_.resize(std::min(asio::buffer_size(BufferList{buffers}), kJoinLimit));
        asio::buffer_copy(asio::buffer(joined_), BufferList{buffers});
        joined_buffer_ = asio::buffer(joined_);
        return {&joined_buffer_, 1};
    }

    static constexpr std::size_t kJoinLimit = 4096;

    std::shared_ptr<asio::ssl::context> context_;
    asio::ssl::stream<tcp::socket> stream_;
    std::string joined_;
    asio::const_buffer joined_buffer_;
};

}  // namespace

std::unique_ptr<Transport> make_tcp(tcp::socket socket) { return std::make_unique<Tcp>(std::move(socket)); }

std::unique_ptr<Transport> make_tls(tcp::socket socket, std::shared_ptr<asio::ssl::context> context) {
    return std::make_unique<Tls>(std::move(socket), std::move(context));
}

}  // namespace rialto::http
