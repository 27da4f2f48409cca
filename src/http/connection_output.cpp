#include <algorithm>
#include <boost/asio/async_result.hpp>
#include <chrono>

#include "http/connection.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/id.hpp"

namespace rialto::http {
namespace {

constexpr std::size_t kCopyLimit =
    8 << 10;  // Below it, copying a body behind its head is cheaper than a second buffer.
constexpr std::size_t kKeptOutput = 1024;
constexpr std::size_t kLingerBytes = 32 << 20;

}  // namespace

Task<bool> Connection::open_transport() {
    const auto open = [this](auto handler) { stream_.transport().open(DoneHandler{std::move(handler)}); };
    const auto [error] = co_await asio::async_initiate<decltype(kNoThrow), void(ErrorCode)>(open, kNoThrow);
    co_return !error;
}

Task<bool> Connection::send(const Response& response, const Framing& framing, bool with_body) {
    const bool copied = with_body && response.body.size() <= kCopyLimit;
    output_.clear();
    output_.reserve(kKeptOutput + (copied ? response.body.size() : 0));
    write_head(output_, response, framing, parser_->request().id, SystemClock{}.now());
    std::array<asio::const_buffer, 2> buffers;
    if (copied)
        output_ += response.body;
    else if (with_body)
        buffers[1] = asio::buffer(response.body);
    buffers[0] = asio::buffer(output_);
    const bool sent = co_await send_all(buffers);
    if (output_.capacity() > kKeptOutput)
        output_ = {};
    co_return sent;
}

/// A peer may take nothing for a while, and it may be slow, but not so slow that it holds our memory for days.
Task<bool> Connection::send_all(std::span<asio::const_buffer> buffers) {
    const ServerOptions& options = service_.options;
    const std::chrono::duration<double> longest{static_cast<double>(asio::buffer_size(buffers)) /
                                                static_cast<double>(options.write_rate)};
    const auto end =
        Watchdog::Clock::now() + options.write_timeout + std::chrono::duration_cast<std::chrono::milliseconds>(longest);
    while (!buffers.empty()) {
        if (buffers.front().size() == 0) {
            buffers = buffers.subspan(1);
            continue;
        }
        watchdog_.expire_after(
            std::min<Watchdog::Clock::duration>(options.write_timeout, end - Watchdog::Clock::now()));
        auto [error, sent] = co_await stream_.async_write_some(buffers, kNoThrow);
        if (error) {
            gone_ = true;
            co_return false;
        }
        for (auto& buffer : buffers) {
            const auto taken = std::min(sent, buffer.size());
            buffer += taken;
            sent -= taken;
        }
    }
    co_return true;
}

/// What is wrong with the request may be wrong with all that follows: the connection ends.
Task<Connection::Next> Connection::send_fault(Fault what) {
    Request& request = parser_->request();
    if (request.id.empty())
        request.id = uuid_v4(service_.random);
    if (method_.empty())
        method_ = request.method;
    Response response = fault(what);
    const bool with_body = method_ != "HEAD" && has_body(response.status);
    const Framing framing{.length = response.body.size(), .http_1_0 = parser_->is_http_1_0(), .keep_alive = false};
    if (!co_await send(response, framing, with_body))
        co_return Next::Close;
    record(response.status, with_body ? response.body.size() : 0);
    co_return Next::Linger;
}

/// Closing while unread bytes lie in the socket would reset the connection, and the peer might lose our last answer.
Task<> Connection::linger() {
    phase_ = Phase::Lingering;
    watchdog_.expire_after(stopping_ ? kLingerTimeAtStop : kLingerTime);
    Transport& transport = stream_.transport();
    const auto shut_down = [&transport](auto handler) { transport.shut_down(DoneHandler{std::move(handler)}); };
    co_await asio::async_initiate<decltype(kNoThrow), void(ErrorCode)>(shut_down, kNoThrow);
    const auto discard = [&transport](auto handler) { transport.discard_some(IoHandler{std::move(handler)}); };
    for (std::size_t total = 0; total < kLingerBytes && !watchdog_.expired();) {
        const auto [error, size] =
            co_await asio::async_initiate<decltype(kNoThrow), void(ErrorCode, std::size_t)>(discard, kNoThrow);
        if (error)
            co_return;
        total += size;
    }
}

void Connection::record(int status, std::size_t bytes) {
    const Request& request = parser_->request();
    service_.telemetry.record({.method = method_,
                               .target = request.target,
                               .user_agent = request.headers.find("User-Agent").value_or(""),
                               .peer = peer_.address,
                               .id = request.id,
                               .status = status,
                               .bytes = bytes,
                               .duration = Clock::now() - begun_});
}

}  // namespace rialto::http
