#pragma once

#include <sys/socket.h>
#include <sys/time.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "rialto/base/id.hpp"
#include "rialto/base/metrics.hpp"
#include "rialto/http/server.hpp"
#include "rialto/http/websocket.hpp"

namespace rialto::http::test {

using namespace std::chrono_literals;
using asio::ip::tcp;

struct Answer {
    int status = 0;
    std::string head;
    std::string body;

    /// Empty if there is no such field.
    std::string field(const std::string& name) const {
        const auto at = head.find("\r\n" + name + ": ");
        if (at == std::string::npos)
            return {};
        const auto from = at + name.size() + 4;
        return head.substr(from, head.find("\r\n", from) - from);
    }
    bool has(const std::string& text) const { return head.find(text) != std::string::npos; }
};

/// A client that sends exactly the bytes it is told to. Every read gives up after five seconds.
class RawClient {
public:
    explicit RawClient(std::uint16_t port, const std::string& address = "127.0.0.1") : socket_{*context_} {
        socket_.connect({asio::ip::make_address(address), port});
        const timeval limit{.tv_sec = 5, .tv_usec = 0};
        setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }

    /// False once the server has closed.
    bool send(std::string_view bytes) {
        boost::system::error_code error;
        asio::write(socket_, asio::buffer(bytes.data(), bytes.size()), error);
        return !error;
    }

    Answer read_answer(bool has_body = true) {
        Answer answer;
        answer.head = take_until("\r\n\r\n");
        if (answer.head.size() < 12)
            return answer;
        answer.status = std::stoi(answer.head.substr(9, 3));
        if (has_body && answer.has("chunked"))
            answer.body = take_chunks();
        else if (const auto length = answer.field("Content-Length"); has_body && !length.empty())
            answer.body = take(std::stoul(length));
        return answer;
    }

    Answer ask(std::string_view bytes) {
        send(bytes);
        return read_answer();
    }

    /// Everything until the server closes.
    std::string read_rest() {
        while (fill()) {
        }
        return std::exchange(input_, {});
    }

    /// True if the server closed in an orderly way and sent nothing more.
    bool closed() { return read_rest().empty() && last_error_ == asio::error::eof; }

    std::string take(std::size_t size) {
        while (input_.size() < size && fill()) {
        }
        const auto taken = input_.substr(0, size);
        input_.erase(0, size);
        return taken;
    }

    std::string take_until(const std::string& end) {
        while (input_.find(end) == std::string::npos && fill()) {
        }
        const auto at = input_.find(end);
        return at == std::string::npos ? std::exchange(input_, {}) : take(at + end.size());
    }

    void shut_down() { socket_.shutdown(tcp::socket::shutdown_send); }
    void close() { socket_.close(); }
    tcp::socket& socket() { return socket_; }

private:
    bool fill() {
        std::array<char, 4096> piece;
        // The plain call: Asio's would poll for ever when the receive timeout passes.
        const auto size = ::recv(socket_.native_handle(), piece.data(), piece.size(), 0);
        if (size > 0)
            input_.append(piece.data(), static_cast<std::size_t>(size));
        last_error_ = size == 0 ? asio::error::make_error_code(asio::error::eof)
                                : boost::system::error_code{errno, boost::system::system_category()};
        return size > 0;
    }

    std::string take_chunks() {
        std::string body;
        for (;;) {
            const auto size = std::stoul("0" + take_until("\r\n"), nullptr, 16);
            body += take(size);
            take(2);
            if (size == 0)
                return body;
        }
    }

    std::unique_ptr<asio::io_context> context_ = std::make_unique<asio::io_context>();
    tcp::socket socket_;
    std::string input_;
    boost::system::error_code last_error_;
};

/// Answers by path. Counts what happened for the test to look at.
class TestHandler final : public Handler {
public:
    std::optional<Response> refuse(const RequestHead& head) override {
        if (head.path == "/refused")
            return text(404, "no such thing");
        if (head.path == "/throw-early")
            throw std::runtime_error{"early"};
        return std::nullopt;
    }

    Task<Response> respond(const Request& request) override {
        const auto found = routes.find(request.path);
        if (found != routes.end())
            co_return co_await found->second(request);
        co_return text(200, request.method + " " + request.target + " [" + request.body + "]");
    }

    Response fault(int status, std::string_view reason) override {
        return text(status, "fault: " + std::string{reason});
    }

    static Response text(int status, std::string body) {
        Response response;
        response.status = status;
        response.headers.add("Content-Type", "text/plain");
        response.body = std::move(body);
        return response;
    }

    std::map<std::string, std::function<Task<Response>(const Request&)>> routes;
};

/// A flag that one thread raises and another waits for.
class Flag {
public:
    void raise() {
        raised_ = true;
        raised_.notify_all();
    }
    void wait() const { raised_.wait(false); }
    bool raised() const { return raised_; }

private:
    std::atomic<bool> raised_ = false;
};

/// The real server on a loopback port that the system chooses, with two I/O threads.
class HttpTest {
public:
    HttpTest() {
        options.address = "127.0.0.1";
        options.port = 0;
        options.access_log = false;
        for (int i = 0; i < 2; ++i)
            threads_.emplace_back([this] { context.run(); });
    }
    ~HttpTest() {
        stop(2s);
        work_.reset();
    }

    Status start() {
        server.emplace(asio::any_io_executor{context.get_executor()}, options, handler, random, registry);
        auto started = server->start();
        if (started)
            server->accept();
        else
            server.reset();
        return started;
    }

    std::future<void> begin_stop(std::chrono::milliseconds grace) {
        return asio::co_spawn(context, server->stop(grace), asio::use_future);
    }

    void stop(std::chrono::milliseconds grace) {
        if (!server)
            return;
        begin_stop(grace).get();
        server.reset();
    }

    RawClient connect() { return RawClient{server->port()}; }

    /// On a connection of its own.
    Answer ask(std::string_view bytes) { return connect().ask(bytes); }

    ServerOptions options;
    TestHandler handler;
    SystemRandom random;
    metrics::Registry registry;
    asio::io_context context;
    std::optional<Server> server;

private:
    asio::executor_work_guard<asio::io_context::executor_type> work_ = asio::make_work_guard(context);
    std::vector<std::jthread> threads_;
};

/// Starts with the default limits.
class StartedTest : public HttpTest {
public:
    StartedTest() {
        if (const auto started = start(); !started)
            throw std::runtime_error{started.error().message};
    }
};

/// Never resumes but by cancellation.
inline Task<> wait_for_ever() {
    asio::steady_timer timer{co_await asio::this_coro::executor, asio::steady_timer::time_point::max()};
    co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace rialto::http::test
