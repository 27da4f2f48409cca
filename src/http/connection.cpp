#include "http/connection.hpp"

#include <algorithm>
#include <boost/asio/dispatch.hpp>
#include <exception>

#include "rialto/base/log.hpp"

namespace rialto::http {
namespace {

constexpr std::uint64_t kMaxDiscard = 64 << 10;  // Of a refused body; beyond it, closing is cheaper than reading.

Watchdog::Clock::duration shortest_limit(const ServerOptions& options) {
    return std::min(
        {options.header_timeout, options.body_timeout, options.idle_timeout, options.write_timeout, kLingerTime});
}

}  // namespace

Connection::Connection(const Service& service, std::unique_ptr<Transport> transport, Peer peer)
    : service_{service},
      stream_{std::move(transport)},
      peer_{std::move(peer)},
      watchdog_{stream_.get_executor(), shortest_limit(service.options), [this] { on_expiry(); }} {}

Task<> Connection::run() {
    watchdog_.start(shared_from_this());
    try {
        co_await serve();
    } catch (const std::exception& failure) {
        if (!cut_)
            log::error("connection failed", {{"peer", peer_.address}, {"error", failure.what()}});
    } catch (...) {
        log::error("connection failed", {{"peer", peer_.address}});
    }
    watchdog_.stop();
    stream_.transport().close();
    web_socket_.reset();  // It holds us until its last operation has ended.
}

Task<> Connection::serve() {
    watchdog_.expire_after(service_.options.header_timeout);
    if (!co_await open_transport())
        co_return;
    Next next = Next::Request;
    if (peer_.refused)
        next = co_await turn_away();
    while (next == Next::Request)
        next = co_await serve_request();
    if (next == Next::Linger)
        co_await linger();
}

Task<Connection::Next> Connection::serve_request() {
    parser_.reset();
    if (!co_await await_first_byte())
        co_return Next::Close;
    begin_exchange();
    if (const Fault fault = co_await read_head())
        co_return co_await send_fault(fault);
    if (auto refusal = ask_to_refuse())
        co_return co_await refuse(std::move(*refusal));
    if (const Fault fault = co_await read_body())
        co_return co_await send_fault(fault);
    if (gone_)
        co_return Next::Close;
    watchdog_.expire_never();
    Response response = co_await respond();
    co_return co_await answer(std::move(response), parser_->wants_keep_alive());
}

Task<Connection::Next> Connection::turn_away() {
    service_.telemetry.refused.add();
    begin_exchange();
    co_return co_await send_fault({503, "too many connections"});
}

std::optional<Response> Connection::ask_to_refuse() {
    if (gone_)
        return std::nullopt;
    try {
        return service_.handler.refuse(parser_->request());
    } catch (const std::exception& failure) {
        log::error("a request handler failed", {{"id", parser_->request().id}, {"error", failure.what()}});
    } catch (...) {
        log::error("a request handler failed", {{"id", parser_->request().id}});
    }
    return fault({500, "internal error"});
}

Task<Connection::Next> Connection::refuse(Response response) {
    const auto length = parser_->announced_length();
    const bool awaits_continue = parser_->expects_continue() && input_.empty();
    // A client that was told no instead of "100 Continue" may send the body or not: nobody can tell what comes next.
    const bool discard = length && *length <= kMaxDiscard && (*length == 0 || !awaits_continue);
    response.stream = nullptr;
    response.upgrade = nullptr;
    const Next next = co_await answer(std::move(response), discard && parser_->wants_keep_alive());
    if (next != Next::Request || parser_->done())
        co_return next;
    const bool discarded = co_await discard_body();
    co_return discarded ? Next::Request : Next::Close;
}

Task<Response> Connection::respond() {
    try {
        co_return co_await service_.handler.respond(parser_->request());
    } catch (const std::exception& failure) {
        if (cut_)
            throw;
        log::error("a request handler failed", {{"id", parser_->request().id}, {"error", failure.what()}});
    } catch (...) {
        log::error("a request handler failed", {{"id", parser_->request().id}});
    }
    co_return fault({500, "internal error"});
}

Response Connection::fault(const Fault& fault) {
    Response response;
    try {
        response = service_.handler.fault(fault.status, fault.reason);
    } catch (const std::exception& failure) {
        log::error("a fault handler failed", {{"error", failure.what()}});
        response.body = fault.reason;
    } catch (...) {
        response.body = fault.reason;
    }
    response.status = fault.status;
    response.stream = nullptr;
    response.upgrade = nullptr;
    if (fault.status == 503)
        response.headers.set("Retry-After", "1");
    return response;
}

Task<Connection::Next> Connection::answer(Response response, bool keep_alive) {
    if (response.status < 200 || response.status > 999)
        response.status = response.upgrade ? 101 : 500;
    keep_alive = keep_alive && !response.close && !stopping_;
    if (response.upgrade)
        co_return co_await serve_web_socket(std::move(response));
    if (response.stream && has_body(response.status))
        co_return co_await send_stream(std::move(response), keep_alive);
    const bool with_body = method_ != "HEAD" && has_body(response.status);
    const Framing framing{.length = response.body.size(), .http_1_0 = parser_->is_http_1_0(), .keep_alive = keep_alive};
    if (!co_await send(response, framing, with_body))
        co_return Next::Close;
    record(response.status, with_body ? response.body.size() : 0);
    co_return keep_alive ? Next::Request : Next::Linger;
}

void Connection::on_expiry() {
    if (phase_ == Phase::WebSocket && web_socket_)
        return web_socket_->time_out();
    stream_.transport().cancel();
}

void Connection::begin_stop() {
    asio::dispatch(strand(), [self = shared_from_this()] {
        self->stopping_ = true;
        if (self->phase_ == Phase::Idle)
            self->stream_.transport().cancel();
        if (self->phase_ == Phase::WebSocket)
            self->web_socket_->begin_close(1001, "the server stops");
        if (self->phase_ == Phase::Streaming || self->phase_ == Phase::WebSocket)
            self->signal_.emit(asio::cancellation_type::total);
        if (self->phase_ == Phase::Lingering)
            self->watchdog_.expire_after(kLingerTimeAtStop);
    });
}

void Connection::cut() {
    asio::dispatch(strand(), [self = shared_from_this()] {
        self->stopping_ = true;
        self->cut_ = true;
        self->stream_.transport().close();
        self->signal_.emit(asio::cancellation_type::terminal);
    });
}

}  // namespace rialto::http
