#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <cstddef>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "rialto/async/signal.hpp"
#include "rialto/base/id.hpp"
#include "rialto/base/metrics.hpp"
#include "rialto/http/server.hpp"

namespace rialto::testing {

/// An HTTP server on loopback, on a thread of its own, that remembers what it was sent and answers as it was told.
class RecordingServer final : private http::Handler {
public:
    using Answer = std::function<http::Response(const http::Request&)>;

    RecordingServer() : server_{context_.get_executor(), options(), *this, random_, metrics_} {
        if (const auto started = server_.start(); !started)
            throw std::runtime_error{started.error().message};
        server_.accept();
    }
    ~RecordingServer() override {
        release();
        asio::co_spawn(context_, server_.stop(std::chrono::milliseconds{100}), asio::use_future).get();
        work_.reset();
    }
    RecordingServer(const RecordingServer&) = delete;
    RecordingServer& operator=(const RecordingServer&) = delete;

    std::string url(const std::string& path = {}) const {
        return "http://127.0.0.1:" + std::to_string(server_.port()) + path;
    }

    void answer_with(Answer answer) {
        const std::lock_guard lock{mutex_};
        answer_ = std::move(answer);
    }
    void answer_with(int status, http::Headers headers = {}, std::string body = {}) {
        http::Response response;
        response.status = status;
        response.headers = std::move(headers);
        response.body = std::move(body);
        answer_with([response](const http::Request&) { return response; });
    }

    /// Answers wait until release().
    void hold() {
        const std::lock_guard lock{mutex_};
        held_ = true;
    }
    void release() {
        {
            const std::lock_guard lock{mutex_};
            held_ = false;
        }
        gate_.notify();
    }

    std::vector<http::Request> seen() const {
        const std::lock_guard lock{mutex_};
        return seen_;
    }
    std::size_t count(const std::string& path = {}) const {
        std::size_t count = 0;
        for (const auto& request : seen())
            count += path.empty() || request.path == path ? 1 : 0;
        return count;
    }

private:
    static http::ServerOptions options() {
        http::ServerOptions options;
        options.address = "127.0.0.1";
        options.port = 0;
        options.access_log = false;
        return options;
    }

    std::optional<http::Response> refuse(const http::RequestHead&) override { return std::nullopt; }
    http::Response fault(int status, std::string_view reason) override {
        http::Response response;
        response.status = status;
        response.body = reason;
        return response;
    }
    Task<http::Response> respond(const http::Request& request) override {
        auto news = gate_.version();
        for (bool stays = remember(request); stays; stays = is_held()) {
            co_await gate_.wait(news, std::chrono::steady_clock::time_point::max());
            news = gate_.version();
        }
        co_return answer(request);
    }

    bool remember(const http::Request& request) {
        const std::lock_guard lock{mutex_};
        seen_.push_back(request);
        return held_;
    }
    bool is_held() const {
        const std::lock_guard lock{mutex_};
        return held_;
    }
    http::Response answer(const http::Request& request) const {
        const std::lock_guard lock{mutex_};
        return answer_(request);
    }

    SystemRandom random_;
    metrics::Registry metrics_;
    mutable std::mutex mutex_;  // guards what follows up to the gate
    std::vector<http::Request> seen_;
    Answer answer_ = [](const http::Request&) { return http::Response{}; };
    bool held_ = false;
    Signal gate_;
    asio::io_context context_;
    http::Server server_;
    asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
    std::jthread thread_{[this] { context_.run(); }};
};

}  // namespace rialto::testing
