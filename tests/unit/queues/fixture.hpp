#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rialto/queues/queues.hpp"
#include "rialto/storage/store.hpp"

namespace rialto::queues {

/// Queues over a real store, in virtual time.
struct QueuesTest {
    QueuesTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "rialto-queues-XXXXXX").string();
        directory = ::mkdtemp(pattern.data());
        open();
    }
    ~QueuesTest() {
        queues.reset();
        store.reset();
        std::filesystem::remove_all(directory);
    }
    QueuesTest(const QueuesTest&) = delete;
    QueuesTest& operator=(const QueuesTest&) = delete;

    void open() {
        queues.reset();
        store.reset();
        auto opened = storage::open({.directory = directory}, metrics);
        REQUIRE(opened);
        store = std::move(*opened);
        queues = std::make_unique<Queues>(store->queues(), clock, timer, random, limits);
        REQUIRE(run(queues->start()));
    }

    /// Begins a task; its answer comes into `answer`.
    template <class T>
    void begin(Task<T> task, std::optional<T>& answer) {
        asio::co_spawn(loop, std::move(task), [&answer](std::exception_ptr failure, std::optional<T> value) {
            if (failure)
                std::rethrow_exception(failure);
            answer = std::move(value);
        });
    }
    template <class T>
    T run(Task<T> task) {
        std::optional<T> answer;
        begin(std::move(task), answer);
        until([&] { return answer.has_value(); });
        return std::move(*answer);
    }
    void until(const std::function<bool()>& is_so) {
        const auto patience = std::chrono::steady_clock::now() + 60s;
        while (!is_so()) {
            loop.restart();
            loop.run_one_for(100ms);
            if (std::chrono::steady_clock::now() > patience)
                throw std::runtime_error{"the test waits in vain"};
        }
    }

    static QueueName named(const std::string& name) { return {"000000000000", "us-east-1", name}; }
    void make(const std::string& name, Attributes attributes = {}) {
        const auto made = run(queues->create(named(name), std::move(attributes), {}));
        INFO((made ? "" : made.error().message));
        REQUIRE(made);
    }
    Answer<Sent> send(const std::string& name, Draft draft) {
        std::vector<Draft> drafts;
        drafts.push_back(std::move(draft));
        auto sent = run(queues->send(named(name), std::move(drafts)));
        return sent ? std::move(sent->front()) : Answer<Sent>{std::unexpected{sent.error()}};
    }
    void send(const std::string& name, const std::string& body) { REQUIRE(send(name, Draft{.body = body})); }
    std::vector<Message> receive(const std::string& name, ReceiveOptions options = {.most = 10}) {
        auto received = run(queues->receive(named(name), options));
        REQUIRE(received);
        return std::move(*received);
    }
    std::vector<std::string> bodies(const std::string& name) {
        std::vector<std::string> bodies;
        for (const auto& message : receive(name))
            bodies.push_back(message.body);
        return bodies;
    }
    Answer<void> remove(const std::string& name, const std::string& handle) {
        return run(queues->remove_messages(named(name), {handle})).value().front();
    }
    Answer<void> hide(const std::string& name, const std::string& handle, std::int64_t seconds) {
        return run(queues->change_visibility(named(name), {{handle, seconds}})).value().front();
    }
    std::string attribute(const std::string& name, const std::string& attribute) {
        const auto all = run(queues->attributes(named(name), {attribute})).value();
        const auto found = all.find(attribute);
        return found == all.end() ? "none" : found->second;
    }

    using Bodies = std::vector<std::string>;
    std::filesystem::path directory;
    asio::io_context loop;
    asio::executor_work_guard<asio::io_context::executor_type> work{loop.get_executor()};
    ManualClock clock;
    VirtualTimer timer{clock};
    SystemRandom random;
    metrics::Registry metrics;
    QueueLimits limits;
    std::unique_ptr<storage::Store> store;
    std::unique_ptr<Queues> queues;
};

template <class T>
Fault fault_of(const Answer<T>& answer) {
    REQUIRE_FALSE(answer);
    return answer.error().fault;
}

template <class T>
std::string text_of(const Answer<T>& answer) {
    REQUIRE_FALSE(answer);
    return answer.error().message;
}

}  // namespace rialto::queues
