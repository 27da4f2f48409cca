#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rialto/async/signal.hpp"
#include "rialto/async/timer.hpp"
#include "rialto/delivery/dispatcher.hpp"
#include "tests/support/batch.hpp"
#include "tests/support/flaky_store.hpp"

namespace rialto::testing {

class TemporaryDirectory {
public:
    TemporaryDirectory() {
        std::string pattern = (std::filesystem::temp_directory_path() / "rialto-test-XXXXXX").string();
        path = ::mkdtemp(pattern.data());
    }
    ~TemporaryDirectory() { std::filesystem::remove_all(path); }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    std::filesystem::path path;
};

/// Answers as it was told and remembers what it was given. Lives on the test's loop.
class FakeTarget final : public delivery::SingleTarget {
public:
    Task<delivery::Outcome> deliver(const delivery::Attempt& attempt) override {
        attempts.push_back({attempt.event_id, attempt.rule, attempt.payload, attempt.part, attempt.trace_header});
        for (auto seen = gate.version(); stuck; seen = gate.version())
            co_await gate.wait(seen, std::chrono::steady_clock::time_point::max());
        delivery::Outcome outcome = answer(attempt);
        ++answered;
        co_return outcome;
    }

    Task<std::vector<delivery::Outcome>> deliver_all(const std::vector<delivery::Attempt>& all) override {
        batches.push_back(all.size());
        return SingleTarget::deliver_all(all);
    }
    delivery::Together together() const override { return likes; }

    void release() {
        stuck = false;
        gate.notify();
    }

    struct Seen {
        std::string event_id;
        std::string rule;
        std::string payload;
        std::string part;
        std::string trace_header;
    };
    std::vector<Seen> attempts;
    std::size_t answered = 0;
    delivery::Together likes{};  ///< How many attempts it likes together.
    std::vector<std::size_t> batches;
    bool stuck = false;  ///< Attempts do not end.
    std::function<delivery::Outcome(const delivery::Attempt&)> answer = [](const delivery::Attempt&) {
        return delivery::Outcome{delivery::Delivered{}};
    };
    Signal gate;
};

/// A real store in a directory of its own and a dispatcher, in virtual time and on the test's thread.
class World {
public:
    World() { open(); }
    ~World() { close(); }
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    static constexpr const char* kRule = "arn:aws:events:us-east-1:0:rule/r";

    template <class T>
    T run(Task<T> task) {
        std::optional<T> answer;
        std::exception_ptr failure;
        asio::co_spawn(loop, std::move(task), [&](std::exception_ptr e, std::optional<T> value) {
            failure = e;
            answer = std::move(value);
        });
        until([&] { return answer.has_value() || failure; });
        if (failure)
            std::rethrow_exception(failure);
        return std::move(*answer);
    }
    void run(Task<> task) { (void)run(completed(std::move(task))); }

    /// Runs the loop until it is so; fails the test if that takes unreasonably long.
    void until(const std::function<bool()>& is_so) {
        const auto patience = std::chrono::steady_clock::now() + 60s;
        while (!is_so()) {
            loop.restart();
            loop.run_one_for(100ms);
            if (std::chrono::steady_clock::now() > patience)
                throw std::runtime_error{"the test waits in vain"};
        }
    }

    /// Runs all that follows from what was done, as far as it needs no time to pass.
    void settle() {
        for (int round = 0; round < 8; ++round) {
            (void)run(store->real->deliveries().finish({0}));  // behind all writes that were queued
            (void)owed();                                      // and all reads
            loop.restart();
            loop.poll();
        }
    }

    void pass(Duration time) {
        timer.advance(time);
        settle();
    }

    std::size_t owed() { return run(store->real->deliveries().count()).value(); }
    std::vector<storage::DeadLetter> dead_letters() {
        return run(store->real->deliveries().dead_letters({}, 100, {})).value().items;
    }

    void start() { REQUIRE(run(dispatcher->start())); }
    void keep(const std::vector<model::Target>& known, const std::string& rule = kRule) {
        std::vector<delivery::RuleTarget> of_rule;
        for (const auto& target : known)
            of_rule.push_back({rule, target});
        const Status kept = run(dispatcher->keep(std::move(of_rule)));
        REQUIRE(kept);
    }

    /// An event owed to a target of a rule, as it stands in the outbox.
    storage::OwedEvent event(const std::string& id, const model::Target& target, const std::string& rule = kRule) {
        return event(id, std::vector{target}, rule);
    }
    storage::OwedEvent event(const std::string& id, const std::vector<model::Target>& wanted,
                             const std::string& rule = kRule) {
        storage::OwedEvent owed{.id = id,
                                .bus = "default",
                                .ingested = clock.now(),
                                .envelope = R"({"id":")" + id + R"(","detail":{"topic":"travel"}})",
                                .deliveries = {}};
        for (const auto& target : wanted)
            owed.deliveries.push_back({store->next_delivery_id(), delivery::key_of({rule, target}), rule});
        return owed;
    }

    /// Stores an event without telling the dispatcher.
    void append(storage::Outbox outbox) {
        const auto appended = run(store->real->deliveries().append(batch_of(std::move(outbox))));
        REQUIRE(appended);
    }

    void put(const std::string& id, const model::Target& target, const std::string& rule = kRule) {
        storage::Outbox outbox{event(id, target, rule)};
        append(outbox);
        dispatcher->dispatch(std::move(outbox));
        settle();
    }

    /// The process dies and starts anew, without the dispatcher's start().
    void restart() {
        close();
        open();
    }

    void close() {
        if (!dispatcher)
            return;
        run(dispatcher->stop(50ms));
        dispatcher.reset();
        store.reset();
    }

    void open() {
        auto opened = storage::open({.directory = directory.path, .readers = 1, .heal_interval = 5ms}, metrics);
        REQUIRE(opened);
        store = std::make_unique<FlakyStore>(std::move(*opened));
        dispatcher = std::make_unique<delivery::Dispatcher>(loop.get_executor(), *store, targets, clock, timer, random,
                                                            options, metrics);
    }

    TemporaryDirectory directory;
    asio::io_context loop;
    asio::executor_work_guard<asio::io_context::executor_type> work{loop.get_executor()};
    ManualClock clock;
    VirtualTimer timer{clock};
    SystemRandom random;
    metrics::Registry metrics;
    delivery::Targets targets;
    delivery::DispatcherOptions options;
    std::unique_ptr<FlakyStore> store;
    std::unique_ptr<delivery::Dispatcher> dispatcher;

private:
    static Task<Status> completed(Task<> task) {
        co_await std::move(task);
        co_return Status{};
    }
};

/// A target of the kind that tests fake.
inline model::Target log_target(const std::string& id) {
    return {.id = id, .kind = model::LogTarget{}, .input = {}, .retry = {}, .dead_letter = {}};
}

}  // namespace rialto::testing
