#include <algorithm>

#include "http/connection.hpp"
#include "http/text.hpp"
#include "rialto/base/id.hpp"

namespace rialto::http {
namespace {

constexpr std::size_t kHeadRead = 4096;  // Holds most requests whole. An idle connection keeps so much.
constexpr std::size_t kBodyRead = 16 << 10;
constexpr std::size_t kMaxReserve = 64 << 10;  // What is announced is not yet sent: memory follows the bytes.
constexpr std::size_t kMaxId = 128;

bool is_request_id(std::string_view id) {
    const auto fits = [](char c) { return is_alphanumeric(c) || c == '.' || c == '_' || c == '-'; };
    return !id.empty() && id.size() <= kMaxId && std::ranges::all_of(id, fits);
}

}  // namespace

// Empty lines before a request are ignored (RFC 9112 section 2.2), and count as idleness.
Task<bool> Connection::await_first_byte() {
    phase_ = Phase::Idle;
    watchdog_.expire_after(service_.options.idle_timeout);
    for (;;) {
        const auto blank = input_.view().find_first_not_of("\r\n");
        input_.consume(std::min(blank, input_.size()));
        if (!input_.empty())
            break;
        input_.shrink(kHeadRead);
        if (stopping_ || !co_await fill(kHeadRead))
            co_return false;
    }
    phase_ = Phase::Busy;
    co_return true;
}

void Connection::begin_exchange() {
    phase_ = Phase::Busy;
    begun_ = Clock::now();
    parser_.emplace(service_.options.max_header, service_.options.max_body);
    watchdog_.expire_after(service_.options.header_timeout);
}

Task<Fault> Connection::read_head() {
    for (;;) {
        input_.consume(parser_->feed_head(input_.view()));
        if (parser_->fault())
            co_return parser_->fault();
        if (parser_->head_done())
            break;
        if (!co_await fill(kHeadRead))
            co_return broken_off("the request head took too long");
    }
    Request& request = parser_->request();
    method_ = request.method;
    const auto id = request.headers.find("X-Request-Id");
    request.id = id && is_request_id(*id) ? std::string{*id} : uuid_v4(service_.random);
    request.peer = peer_.address;
    request.secure = peer_.secure;
    co_return Fault{};
}

Task<Fault> Connection::read_body() {
    if (parser_->done() || gone_)
        co_return Fault{};
    const auto length = parser_->announced_length();
    if (length && *length > service_.options.max_body)
        co_return Fault{413, "the request body is too large"};
    if (parser_->expects_continue() && input_.empty()) {
        asio::const_buffer go_on = asio::buffer("HTTP/1.1 100 Continue\r\n\r\n", 25);
        if (!co_await send_all({&go_on, 1}))
            co_return Fault{};
    }
    watchdog_.expire_after(service_.options.body_timeout);
    parser_->request().body.reserve(std::min<std::size_t>(length.value_or(0), kMaxReserve));
    while (!parser_->done()) {
        input_.consume(parser_->feed_body(input_.view()));
        if (parser_->fault())
            co_return parser_->fault();
        if (!parser_->done() && !co_await fill(kBodyRead))
            co_return broken_off("the request body took too long");
    }
    co_return Fault{};
}

Task<bool> Connection::discard_body() {
    watchdog_.expire_after(service_.options.body_timeout);
    for (;;) {
        input_.consume(parser_->feed_body(input_.view()));
        if (parser_->fault())
            co_return false;
        if (parser_->done())
            co_return true;
        if (!co_await fill(kBodyRead))
            co_return false;
    }
}

Task<bool> Connection::fill(std::size_t size) {
    if (watchdog_.expired())
        co_return false;
    const auto space = input_.prepare(size);
    const auto [error, received] = co_await stream_.async_read_some(space, kNoThrow);
    input_.commit(received);
    if (error && !watchdog_.expired())
        gone_ = true;
    co_return !error;
}

// Either the time is up, which deserves an answer, or the peer is gone, which does not.
Fault Connection::broken_off(std::string_view what) { return gone_ ? Fault{} : Fault{408, what}; }

}  // namespace rialto::http
