#include <array>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <charconv>

#include "http/connection.hpp"
#include "rialto/base/log.hpp"

namespace rialto::http {
namespace {

constexpr std::size_t kMaxPipelined = 64 << 10;  // What a client may send ahead while its answer is streamed.
constexpr std::size_t kWatchRead = 512;

class Counted {
public:
    explicit Counted(metrics::Gauge& gauge) : gauge_{gauge} { gauge_.add(1); }
    ~Counted() { gauge_.add(-1); }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

private:
    metrics::Gauge& gauge_;
};

}  // namespace

class Connection::StreamWriter final : public BodyWriter {
public:
    StreamWriter(Connection& connection, bool chunked) : connection_{connection}, chunked_{chunked} {}

    Task<Status> write(std::string chunk) override {
        if (closed())
            co_return Error{Errc::Cancelled, "the client is gone or the server stops"};
        if (chunk.empty())  // Would be the end of a chunked body.
            co_return Status{};
        std::array<char, 18> size;
        char* end = std::to_chars(size.begin(), size.end(), chunk.size(), 16).ptr;
        *end++ = '\r';
        *end++ = '\n';
        const auto line = chunked_ ? static_cast<std::size_t>(end - size.data()) : 0;
        std::array<asio::const_buffer, 3> buffers{asio::buffer(size.data(), line), asio::buffer(chunk),
                                                  asio::buffer("\r\n", chunked_ ? 2 : 0)};
        bytes_ += chunk.size();
        complete_ = false;  // Until the whole chunk is out: a cancellation may come in between.
        if (!co_await connection_.send_all(buffers))
            co_return Error{Errc::Cancelled, "the client is gone or too slow"};
        complete_ = true;
        connection_.watchdog_.expire_never();
        co_return Status{};
    }

    bool closed() const override { return connection_.gone_ || connection_.stopping_ || !complete_; }
    bool broken() const { return connection_.gone_ || !complete_; }
    std::size_t bytes() const { return bytes_; }

private:
    Connection& connection_;
    bool chunked_;
    bool complete_ = true;
    std::size_t bytes_ = 0;
};

Task<Connection::Next> Connection::send_stream(Response response, bool keep_alive) {
    if (stopping_)
        co_return co_await send_fault({503, "the server stops"});
    const bool chunked = !parser_->is_http_1_0();
    keep_alive = keep_alive && chunked;
    const Framing framing{.body = chunked ? Framing::Body::Chunked : Framing::Body::UntilClose,
                          .http_1_0 = !chunked,
                          .keep_alive = keep_alive};
    if (!co_await send(response, framing, false))
        co_return Next::Close;
    if (method_ == "HEAD") {
        record(response.status, 0);
        co_return keep_alive ? Next::Request : Next::Linger;
    }
    StreamWriter writer{*this, chunked};
    const bool ended = co_await run_stream(response, writer);
    record(response.status, writer.bytes());
    if (!ended || writer.broken())
        co_return Next::Close;
    asio::const_buffer last = asio::buffer("0\r\n\r\n", 5);
    if (chunked && !co_await send_all({&last, 1}))
        co_return Next::Close;
    co_return keep_alive && !stopping_ ? Next::Request : Next::Linger;
}

/// True if the stream function came to its own end, so that the body is whole.
Task<bool> Connection::run_stream(const Response& response, StreamWriter& writer) {
    bool ended = false;
    phase_ = Phase::Streaming;
    watchdog_.expire_never();
    watch();
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    try {
        co_await response.stream(writer);
        ended = true;
    } catch (const std::exception& failure) {
        if (!writer.closed())
            log::error("a stream failed", {{"id", parser_->request().id}, {"error", failure.what()}});
    } catch (...) {
        log::error("a stream failed", {{"id", parser_->request().id}});
    }
    phase_ = Phase::Busy;
    co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
    co_await asio::this_coro::throw_if_cancelled(true);  // the stream may have chosen to end in its own time
    co_await stop_watching();
    co_return ended && !cut_;
}

/// Keeps a read pending during a stream: the only way to see that the client left.
void Connection::watch() {
    if (input_.size() >= kMaxPipelined)  // without a read nobody would see it leave
        return asio::post(strand(), [self = shared_from_this()] { self->end_stream(); });
    watching_ = true;
    auto on_read = [self = shared_from_this()](ErrorCode error, std::size_t received) {
        self->watching_ = false;
        self->input_.commit(received);
        if (self->watch_ended_) {
            DoneHandler ended;
            ended.swap(self->watch_ended_);
            return std::move(ended)(ErrorCode{});
        }
        if (!error)
            return self->watch();
        self->gone_ = true;
        self->end_stream();
    };
    const asio::mutable_buffer space = input_.prepare(kWatchRead);
    stream_.transport().read_some({&space, 1}, IoHandler{asio::bind_executor(strand(), std::move(on_read))});
}

/// The client is gone, or as good as that.
void Connection::end_stream() {
    if (phase_ != Phase::Streaming)
        return;
    gone_ = true;
    signal_.emit(asio::cancellation_type::total);
}

Task<> Connection::stop_watching() {
    if (!watching_)
        co_return;
    stream_.transport().cancel();
    // Swapped in: the move assignment of Boost 1.81's any_completion_handler calls itself without end.
    const auto wait = [this](auto handler) { DoneHandler{std::move(handler)}.swap(watch_ended_); };
    co_await asio::async_initiate<decltype(kNoThrow), void(ErrorCode)>(wait, kNoThrow);
}

Task<Connection::Next> Connection::serve_web_socket(Response response) {
    if (stopping_)
        co_return co_await send_fault({503, "the server stops"});
    if (const int status = judge_upgrade(parser_->request(), parser_->is_http_1_0()); status != 0) {
        Response refusal = fault({status, status == 426 ? "this is a WebSocket" : "Sec-WebSocket-Key is wrong"});
        if (status == 426) {
            refusal.headers.set("Upgrade", "websocket");
            refusal.headers.set("Sec-WebSocket-Version", "13");
        }
        co_return co_await answer(std::move(refusal), parser_->wants_keep_alive());
    }
    stream_.unread(std::string{input_.view()});
    input_ = {};
    output_ = {};
    web_socket_ = make_web_socket(stream_, watchdog_, service_.options, shared_from_this());
    watchdog_.expire_after(service_.options.write_timeout);
    const bool accepted = co_await web_socket_->accept(parser_->request(), response);
    if (!accepted)
        co_return Next::Close;
    record(101, 0);
    parser_.reset();
    co_return co_await run_web_socket(response);
}

Task<Connection::Next> Connection::run_web_socket(const Response& response) {
    const Counted counted{service_.telemetry.websockets};
    phase_ = Phase::WebSocket;
    watchdog_.expire_never();
    std::uint16_t code = 1001;
    if (!stopping_) {
        co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
        code = co_await run_upgrade(response);
        co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
    }
    const bool peer_is_done = co_await web_socket_->finish(code);
    phase_ = Phase::Busy;
    co_return peer_is_done ? Next::Close : Next::Linger;
}

/// The code to close with.
Task<std::uint16_t> Connection::run_upgrade(const Response& response) {
    try {
        co_await response.upgrade(*web_socket_);
        co_return 1000;
    } catch (const std::exception& failure) {
        if (!stopping_)
            log::error("a WebSocket handler failed", {{"peer", peer_.address}, {"error", failure.what()}});
    } catch (...) {
        log::error("a WebSocket handler failed", {{"peer", peer_.address}});
    }
    co_return 1011;
}

}  // namespace rialto::http
