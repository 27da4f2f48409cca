#include "http/web_socket.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <optional>
#include <utility>

#include "http/response_head.hpp"
#include "http/text.hpp"
#include "rialto/base/encoding.hpp"
#include "rialto/base/utf8.hpp"

namespace rialto::http {
namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;

constexpr std::size_t kMaxReason = 123;
constexpr std::size_t kMaxHeld = 64 << 10;

using HandshakeRequest = beast::http::request<beast::http::empty_body>;

HandshakeRequest to_beast(const Request& request) {
    HandshakeRequest handshake{beast::http::verb::get, request.target, 11};
    for (const auto& [name, value] : request.headers)
        handshake.insert(name, value);
    return handshake;
}

Error to_error(const ErrorCode& error) {
    if (error == websocket::error::message_too_big || error == websocket::error::buffer_overflow)
        return {Errc::LimitExceeded, "the message is too large"};
    if (error != websocket::error::closed && error == websocket::condition::protocol_violation)
        return {Errc::Corrupt, "the peer violates the WebSocket protocol: " + error.message()};
    return {Errc::Cancelled, "the WebSocket is closed"};
}

/// Beast's operations belong to the session, and its coroutines only wait for them: a coroutine that is cancelled
/// leaves the operation to end in its own time, and the stream fit for a proper closing handshake. A coroutine that
/// waits keeps the session (`self`): the function that serves the connection may return while another still waits in
/// close().
class Session final : public WebSocketSession, public std::enable_shared_from_this<Session> {
public:
    Session(AnyStream& stream, Watchdog& watchdog, const ServerOptions& options, std::shared_ptr<void> owner)
        : owner_{std::move(owner)},
          stream_{stream},
          watchdog_{watchdog},
          options_{options},
          socket_{stream},
          progress_{stream.get_executor()} {
        progress_.expires_at(asio::steady_timer::time_point::max());
        configure();
    }

    Task<bool> accept(const Request& request, const Response& response) override;
    void begin_close(std::uint16_t code, std::string reason) override;
    Task<bool> finish(std::uint16_t code) override;
    void time_out() override;

    Task<Result<Message>> read() override;
    Task<Status> write(std::string text) override;
    Task<Status> write_all(std::vector<std::string> texts) override;
    Task<> close(std::uint16_t code, std::string reason) override;

private:
    void configure();
    void start_read();
    void write_next();
    void end_write(const ErrorCode& error);
    void start_close();
    bool idle() const { return !reading_ && !writing_ && !closing_; }
    void wake() { progress_.cancel(); }

    std::shared_ptr<void> owner_;
    AnyStream& stream_;
    Watchdog& watchdog_;
    const ServerOptions& options_;
    websocket::stream<AnyStream&> socket_;
    asio::steady_timer progress_;  // Never expires; cancelled whenever an operation ends.

    std::string incoming_;
    std::optional<asio::dynamic_string_buffer<char, std::char_traits<char>, std::allocator<char>>> incoming_buffer_;
    std::optional<ErrorCode> read_result_;
    bool reading_ = false;

    std::vector<std::string> outgoing_;
    std::size_t sent_ = 0;
    ErrorCode write_result_;
    bool writing_ = false;
    bool timed_out_ = false;

    std::optional<websocket::close_reason> close_reason_;
    bool closing_ = false;
    bool close_started_ = false;
};

void Session::configure() {
    websocket::stream_base::timeout timeout{};
    timeout.handshake_timeout = options_.websocket.close_timeout;
    timeout.idle_timeout = options_.websocket.idle_timeout;
    timeout.keep_alive_pings = true;
    socket_.set_option(timeout);
    socket_.read_message_max(options_.websocket.max_message);
    socket_.auto_fragment(false);
    if (!options_.websocket.deflate)
        return;
    // About 20 KiB a connection instead of zlib's usual 300.
    websocket::permessage_deflate deflate;
    deflate.server_enable = true;
    deflate.server_max_window_bits = 10;
    deflate.client_max_window_bits = 11;
    deflate.memLevel = 2;
    deflate.compLevel = 3;
    socket_.set_option(deflate);
}

Task<bool> Session::accept(const Request& request, const Response& response) {
    const auto decorate = [&request, &response](websocket::response_type& answer) {
        answer.set(beast::http::field::date, to_http_date(SystemClock{}.now()));
        answer.set(beast::http::field::server, "rialto");
        answer.set("X-Request-Id", request.id);
        for (const auto& [name, value] : response.headers)
            if (is_handlers_field(name))
                answer.insert(name, clean_value(value));
    };
    socket_.set_option(websocket::stream_base::decorator(decorate));
    const auto handshake = to_beast(request);
    const auto [error] = co_await socket_.async_accept(handshake, kNoThrow);
    socket_.set_option(websocket::stream_base::decorator([](websocket::response_type&) {}));
    co_return !error;
}

void Session::start_read() {
    reading_ = true;
    incoming_ = {};
    incoming_buffer_.emplace(incoming_);
    socket_.async_read(*incoming_buffer_, [self = shared_from_this()](ErrorCode error, std::size_t) {
        self->reading_ = false;
        self->read_result_ = error;
        self->wake();
    });
}

Task<Result<WebSocket::Message>> Session::read() {
    const auto self = shared_from_this();
    if (!reading_ && !read_result_)
        start_read();
    while (!read_result_) {
        co_await progress_.async_wait(kNoThrow);
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            co_return Error{Errc::Cancelled, "cancelled while waiting for a message"};
    }
    if (*read_result_)
        co_return to_error(std::exchange(*read_result_, asio::error::operation_aborted));
    read_result_.reset();
    incoming_buffer_.reset();
    Message message{.data = std::move(incoming_), .text = socket_.got_text()};
    // The next one is read ahead: pings and pongs are seen by reads only, also while the caller is busy for long.
    start_read();
    co_return message;
}

Task<Status> Session::write(std::string text) {
    std::vector<std::string> texts;
    texts.push_back(std::move(text));
    co_return co_await write_all(std::move(texts));
}

Task<Status> Session::write_all(std::vector<std::string> texts) {
    const auto self = shared_from_this();
    while (writing_)  // One whose caller was cancelled.
        co_await progress_.async_wait(kNoThrow);
    if (close_reason_ || !socket_.is_open())
        co_return Error{Errc::Cancelled, "the WebSocket is closed"};
    if (texts.empty())
        co_return Status{};
    outgoing_ = std::move(texts);
    sent_ = 0;
    writing_ = true;
    watchdog_.expire_after(options_.write_timeout);
    write_next();
    while (writing_)
        co_await progress_.async_wait(kNoThrow);
    if (timed_out_)
        co_return Error{Errc::TimedOut, "the peer does not take what is sent"};
    if (write_result_)
        co_return Error{Errc::Cancelled, "the WebSocket is closed"};
    co_return Status{};
}

void Session::write_next() {
    const bool is_last = sent_ + 1 == outgoing_.size();
    if (is_last || stream_.held() >= kMaxHeld)
        stream_.release();
    else
        stream_.hold();
    socket_.text(true);
    socket_.async_write(asio::buffer(outgoing_[sent_]), [self = shared_from_this()](ErrorCode error, std::size_t) {
        if (error || ++self->sent_ == self->outgoing_.size())
            return self->end_write(error);
        self->write_next();
    });
}

void Session::end_write(const ErrorCode& error) {
    stream_.release();
    outgoing_ = {};
    write_result_ = error;
    writing_ = false;
    watchdog_.expire_never();
    if (close_reason_ && !close_started_)
        start_close();
    wake();
}

void Session::begin_close(std::uint16_t code, std::string reason) {
    if (close_reason_)
        return;
    const auto cut = utf8_prefix(is_utf8(reason) ? std::string_view{reason} : std::string_view{}, kMaxReason);
    close_reason_.emplace(static_cast<websocket::close_code>(code), beast::string_view{cut.data(), cut.size()});
    if (!writing_)  // Else the write's end starts it: a frame after the close frame would break the protocol.
        start_close();
}

void Session::start_close() {
    close_started_ = true;
    if (!socket_.is_open())
        return;
    closing_ = true;
    socket_.async_close(*close_reason_, [self = shared_from_this()](ErrorCode) {
        self->closing_ = false;
        self->wake();
    });
}

Task<> Session::close(std::uint16_t code, std::string reason) {
    const auto self = shared_from_this();
    begin_close(code, std::move(reason));
    while (writing_ || closing_) {
        co_await progress_.async_wait(kNoThrow);
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            co_return;
    }
}

Task<bool> Session::finish(std::uint16_t code) {
    begin_close(code, {});
    while (!idle())
        co_await progress_.async_wait(kNoThrow);
    co_return socket_.reason().code != websocket::close_code::none;
}

void Session::time_out() {
    timed_out_ = true;
    stream_.transport().close();
}

bool lists(const Request& request, std::string_view name, std::string_view token) {
    for (const auto& [key, value] : request.headers) {
        if (!equal_ignoring_case(key, name))
            continue;
        beast::http::token_list tokens{beast::string_view{value}};
        if (tokens.exists(beast::string_view{token.data(), token.size()}))
            return true;
    }
    return false;
}

}  // namespace

int judge_upgrade(const Request& request, bool http_1_0) {
    const auto version = request.headers.find("Sec-WebSocket-Version");
    const bool asks = request.method == "GET" && !http_1_0 && lists(request, "Connection", "upgrade") &&
                      lists(request, "Upgrade", "websocket");
    if (!asks || version != "13")
        return 426;
    const auto key = request.headers.find("Sec-WebSocket-Key");
    const auto nonce = key ? from_base64(*key) : std::nullopt;
    return nonce && nonce->size() == 16 && key->size() == 24 && request.body.empty() ? 0 : 400;
}

std::shared_ptr<WebSocketSession> make_web_socket(AnyStream& stream, Watchdog& watchdog, const ServerOptions& options,
                                                  std::shared_ptr<void> owner) {
    return std::make_shared<Session>(stream, watchdog, options, std::move(owner));
}

}  // namespace rialto::http
