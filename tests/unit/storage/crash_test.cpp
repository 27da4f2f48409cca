#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/detached.hpp>
#include <csignal>
#include <cstdint>
#include <random>
#include <sstream>

#include "fixture.hpp"

namespace rialto::storage {
namespace {

/// Inserts one post after the other and tells the pipe of each that was acknowledged.
Task<> insert_on_and_on(Store& store, int pipe, int round, int client) {
    for (int i = 0;; ++i) {
        const std::string id = std::to_string(round) + "-" + std::to_string(client) + "-" + std::to_string(i);
        OwedEvent event{.id = id, .bus = "default", .ingested = kNow, .envelope = "{}", .deliveries = {}};
        event.deliveries.push_back({.id = store.next_delivery_id(), .target = "target", .rule = "rule"});
        Outbox outbox;
        outbox.push_back(std::move(event));
        const auto answer = co_await insert(store, id, std::move(outbox));
        const std::string line = id + "\n";
        if (!answer || ::write(pipe, line.data(), line.size()) < 0)
            ::_exit(1);
    }
}

[[noreturn]] void write_until_killed(const std::filesystem::path& directory, int pipe, int round) {
    metrics::Registry metrics;
    auto store = open({.directory = directory}, metrics);
    if (!store)
        ::_exit(1);
    asio::io_context loop;
    for (int client = 0; client < 8; ++client)
        asio::co_spawn(loop, insert_on_and_on(**store, pipe, round, client), asio::detached);
    loop.run();
    ::_exit(1);
}

/// Reads `lines` lines, kills the child, and reads what it still said.
std::string read_and_kill(int pipe, pid_t child, long lines) {
    std::string text;
    char buffer[4096];
    bool alive = true;
    for (ssize_t size = 0; (size = ::read(pipe, buffer, sizeof buffer)) > 0;) {
        text.append(buffer, static_cast<std::size_t>(size));
        if (alive && std::ranges::count(text, '\n') >= lines) {
            ::kill(child, SIGKILL);
            alive = false;
        }
    }
    ::waitpid(child, nullptr, 0);
    return text;
}

/// The ids that a child acknowledged before it was killed at a moment of chance.
std::vector<std::string> acknowledged_by_a_killed_child(const std::filesystem::path& directory, int round, long lines) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    if (child == 0)
        write_until_killed(directory, ends[1], round);
    ::close(ends[1]);
    std::istringstream text{read_and_kill(ends[0], child, lines)};
    ::close(ends[0]);
    std::vector<std::string> ids;
    for (std::string id; std::getline(text, id);)
        ids.push_back(id);
    return ids;
}

void check_feed_has_no_gap(Store& store) {
    std::int64_t last = 0;
    while (true) {
        const auto changes = run(store.posts().changes(last, 1'000));
        REQUIRE(changes);
        if (changes->empty())
            break;
        for (const Change& change : *changes)
            REQUIRE(change.sequence == ++last);
    }
    CHECK(*run(store.posts().last_sequence()) == last);
    CHECK(*run(store.deliveries().count()) == static_cast<std::size_t>(last));
}

}  // namespace

TEST_CASE("what was acknowledged before a kill is there, with its event, and the feed has no gap", "[storage]") {
    TemporaryDirectory directory;
    metrics::Registry metrics;
    std::minstd_rand chance{7};
    std::size_t acknowledged = 0;

    for (int round = 0; round < 20; ++round) {
        const auto lines = std::uniform_int_distribution<long>{1, 200}(chance);
        const auto ids = acknowledged_by_a_killed_child(directory.path, round, lines);
        acknowledged += ids.size();
        auto store = open({.directory = directory.path}, metrics);
        REQUIRE(store);
        for (const std::string& id : ids)
            REQUIRE(run((*store)->posts().get(id)));
        check_feed_has_no_gap(**store);
    }
    CHECK(acknowledged >= 20);
}

}  // namespace rialto::storage
