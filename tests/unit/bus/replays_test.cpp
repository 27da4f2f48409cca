#include "rialto/bus/replays.hpp"

#include <algorithm>
#include <set>

#include "tests/support/bus_world.hpp"

namespace rialto::bus {
namespace {

using testing::rule;

constexpr const char* kArchive = "archive/orders";
constexpr const char* kReplay = "replay/again";

/// An archive of the default bus, whose events are replayed to two rules.
struct ReplaysTest : testing::BusWorld {
    ReplaysTest() {
        apply({{"default", {rule("one", kAny), rule("two", kAny)}}});
        open_replays();
    }
    ~ReplaysTest() { close_replays(); }

    void open_replays() {
        replays = std::make_unique<Replays>(
            loop.get_executor(), store->archives(),
            Replays::Hooks{.route = [this](auto& batch, const auto& name, const auto& event,
                                           const auto& rules) { route(batch, name, event, rules); },
                           .dispatch = [this](Batch batch, bool) { dispatch(std::move(batch)); },
                           .admits = [this] { return admits; },
                           .report = [this](ReplayReport report) { return keep_report(std::move(report)); }},
            clock, timer, metrics);
    }

    void close_replays() {
        if (replays)
            run(replays->stop());
        replays.reset();
    }

    void route(Batch& batch, const std::string& name, const model::Event& event,
               const std::vector<std::string>& rules) {
        ++routed;
        if (on_route)
            on_route();
        if (rules.empty())
            bus->route_into(batch, name, event);
        else
            bus->route_among(batch, name, event, rules);
    }

    void dispatch(Batch batch) {
        if (!loses_dispatches)
            bus->dispatch(std::move(batch), true);
    }

    Task<Status> keep_report(ReplayReport report) {
        asked.insert(report.key);
        if (refuses == report.state)
            co_return Error{Errc::Unavailable, "the disk is full"};
        reports.push_back(std::move(report));
        co_return Status{};
    }

    /// One event for each millisecond after now, whose detail-type counts them.
    void archive(int count) {
        std::vector<storage::ArchiveEntry> entries;
        for (int i = 0; i < count; ++i) {
            auto event = bus->make_event("shop", std::to_string(i), R"({"n":1.50})");
            event.id = "original-" + std::to_string(i);
            entries.push_back({.ingested = start + Duration{i},
                               .sequence = i,
                               .event_id = event.id,
                               .envelope = model::to_json(event)});
        }
        const Status archived = run(store->real->archives().append(kArchive, std::move(entries)));
        REQUIRE(archived);
    }

    Replay replay(Duration from = 0ms, Duration to = 1h, std::vector<std::string> rules = {}) const {
        return {.key = kReplay,
                .name = "again",
                .archive = kArchive,
                .bus = "default",
                .rules = std::move(rules),
                .from = start + from,
                .to = start + to};
    }

    void until_reported(ReplayState state) {
        until([&] { return !reports.empty() && reports.back().state == state; });
        until([&] { return !run(store->archives().progress(kReplay)).value(); });
        until([&] { return owed() == 0; });
    }

    /// Each once, in the order of their first attempts.
    std::vector<std::string> ids() const {
        std::vector<std::string> seen;
        for (const auto& attempt : fake.attempts)
            if (attempt.rule.ends_with("/one"))
                seen.push_back(attempt.event_id);
        return seen;
    }

    static std::vector<std::string> numbers(int from, int to) {
        std::vector<std::string> all;
        for (int i = from; i < to; ++i)
            all.push_back(std::to_string(i));
        return all;
    }

    static std::vector<std::string> sorted(std::vector<std::string> texts) {
        std::ranges::sort(texts, {}, [](const std::string& text) { return std::stoi(text); });
        return texts;
    }

    Status admits;
    std::unique_ptr<Replays> replays;
    const TimePoint start = clock.now();
    std::vector<ReplayReport> reports;
    std::set<std::string> asked;         ///< The replays that wanted to report something.
    std::optional<ReplayState> refuses;  ///< A report of which is answered with Unavailable.
    bool loses_dispatches = false;       ///< What was committed is found in the table only.
    std::function<void()> on_route;
    int routed = 0;
};

TEST_CASE_METHOD(ReplaysTest, "archived events come again in their order, with a new id and their own time",
                 "[replay]") {
    archive(150);
    clock.advance(1h);

    replays->start(replay());
    until_reported(ReplayState::Completed);

    CHECK(detail_types("one") == numbers(0, 150));
    CHECK(detail_types("two") == numbers(0, 150));
    const auto event = model::event_from_json(fake.attempts.at(0).payload).value();
    CHECK(event.replay_name == "again");
    CHECK(event.time == start);
    CHECK(event.detail == R"({"n":1.50})");
    CHECK(event.id != "original-0");
    const auto all = ids();
    CHECK(std::set<std::string>{all.begin(), all.end()}.size() == 150);
}

TEST_CASE_METHOD(ReplaysTest, "a replay reports its beginning and its end", "[replay]") {
    archive(3);
    clock.advance(1h);

    replays->start(replay());
    until_reported(ReplayState::Completed);

    REQUIRE(reports.size() == 2);
    CHECK(reports[0].key == kReplay);
    CHECK(reports[0].state == ReplayState::Running);
    CHECK(!reports[0].last_event);
    CHECK(reports[1].last_event == start + 2ms);
    CHECK(reports[1].when == start + 1h);
    CHECK(reports[1].reason.empty());
    CHECK_FALSE(replays->cancel(kReplay));
}

TEST_CASE_METHOD(ReplaysTest, "a range is exact to the millisecond, without its end", "[replay]") {
    archive(200);

    replays->start(replay(10ms, 100ms));
    until_reported(ReplayState::Completed);

    CHECK(detail_types("one") == numbers(10, 100));
    CHECK(reports.back().last_event == start + 99ms);
}

TEST_CASE_METHOD(ReplaysTest, "only the rules that are named see the events", "[replay]") {
    archive(5);

    replays->start(replay(0ms, 1h, {"arn:aws:events:us-east-1:000000000000:rule/two"}));
    until_reported(ReplayState::Completed);

    CHECK(detail_types("one").empty());
    CHECK(detail_types("two") == numbers(0, 5));
}

TEST_CASE_METHOD(ReplaysTest, "a replay with a rate takes its time", "[replay]") {
    archive(100);
    Replay slow = replay();
    slow.rate = 20;

    replays->start(slow);
    until([this] { return timer.waiting() > 0 && routed == 2; });
    pass(99ms);
    CHECK(routed == 2);
    for (int tenths = 1; tenths < 40; ++tenths)
        pass(100ms);
    CHECK(routed == 80);
    CHECK(reports.back().state == ReplayState::Running);

    while (reports.back().state == ReplayState::Running)
        pass(100ms);
    until_reported(ReplayState::Completed);
    CHECK(detail_types("one") == numbers(0, 100));
}

TEST_CASE_METHOD(ReplaysTest, "a replay of nothing is complete", "[replay]") {
    replays->start(replay());
    until_reported(ReplayState::Completed);

    CHECK(routed == 0);
    CHECK(!reports.back().last_event);
}

TEST_CASE_METHOD(ReplaysTest, "a replay that is cancelled ends after the slice under way", "[replay]") {
    archive(600);
    on_route = [this] {
        if (routed == 200)
            CHECK(replays->cancel(kReplay));
    };

    replays->start(replay());
    until_reported(ReplayState::Cancelled);

    CHECK(routed == 256);
    CHECK(detail_types("one") == numbers(0, 256));
    CHECK(reports.back().last_event == start + 255ms);
    CHECK_FALSE(replays->cancel("replay/unknown"));
}

TEST_CASE_METHOD(ReplaysTest, "a replay goes on after a crash, and nothing is skipped or repeated", "[replay]") {
    archive(600);
    loses_dispatches = true;  // as a crash right after the commit does
    on_route = [this] {
        if (routed == 300)
            store->flaky_archives.failing_writes = 1'000;  // what is routed from here on is not committed
    };
    replays->start(replay());
    until([this] { return routed == 512; });
    close_replays();
    CHECK(reports.back().state == ReplayState::Running);
    CHECK(owed() == 512);

    loses_dispatches = false;
    restart();
    apply({{"default", {rule("one", kAny), rule("two", kAny)}}});
    open_replays();
    replays->resume(replay());
    until_reported(ReplayState::Completed);

    CHECK(sorted(detail_types("one")) == numbers(0, 600));
    CHECK(sorted(detail_types("two")) == numbers(0, 600));
}

TEST_CASE_METHOD(ReplaysTest, "an event that is put again by the same replay has the same id", "[replay]") {
    archive(2);
    replays->start(replay());
    until_reported(ReplayState::Completed);
    until([this] {
        if (routed == 2)
            replays->start(replay());  // left alone for as long as the first one has something to clear away
        return reports.size() == 4;
    });
    until([this] { return ids().size() == 4; });

    CHECK(ids()[2] == ids()[0]);

    Replay other = replay();
    other.key = "replay/other";
    replays->start(other);
    until([this] { return ids().size() == 6; });
    CHECK(ids()[4] != ids()[0]);
}

TEST_CASE_METHOD(ReplaysTest, "a replay that is started does not go on where one of its key left off", "[replay]") {
    archive(3);
    REQUIRE(run(store->archives().set_progress(kReplay, {start + 1ms, 1}, testing::batch_of({}))));

    replays->start(replay());
    until_reported(ReplayState::Completed);

    CHECK(detail_types("one") == numbers(0, 3));
}

TEST_CASE_METHOD(ReplaysTest, "a replay waits while the store takes no writes", "[replay]") {
    archive(300);
    on_route = [this] {
        if (routed == 256 || routed == 257)
            store->flaky_archives.failing_writes = 1;
    };
    replays->start(replay());
    until([this] { return timer.waiting() > 0 && routed == 256; });
    settle();
    CHECK(fake.attempts.empty());

    while (reports.back().state == ReplayState::Running)
        pass(1s);
    until_reported(ReplayState::Completed);

    CHECK(detail_types("one") == numbers(0, 300));
}

TEST_CASE_METHOD(ReplaysTest, "a replay waits while no more events may come in, unless it is at its end", "[replay]") {
    archive(3);
    admits = Error{Errc::LimitExceeded, "too much is owed"};
    replays->start(replay());
    until([this] { return timer.waiting() > 0; });
    pass(10s);
    CHECK(routed == 0);

    admits = {};
    on_route = [this] { admits = Error{Errc::LimitExceeded, "too much is owed"}; };
    pass(1s);
    until_reported(ReplayState::Completed);
    CHECK(detail_types("one") == numbers(0, 3));
}

TEST_CASE_METHOD(ReplaysTest, "a replay that waits until events may come in can be cancelled", "[replay]") {
    archive(3);
    admits = Error{Errc::LimitExceeded, "too much is owed"};
    replays->start(replay());
    until([this] { return timer.waiting() > 0; });

    CHECK(replays->cancel(kReplay));
    pass(1s);

    until_reported(ReplayState::Cancelled);
    CHECK(routed == 0);
}

TEST_CASE_METHOD(ReplaysTest, "a replay whose steps the store refuses has failed, and says why", "[replay]") {
    archive(3);
    on_route = [this] {
        store->flaky_archives.failure = {Errc::Internal, "no such table"};
        store->flaky_archives.failing_writes = 1;
    };

    replays->start(replay());
    until_reported(ReplayState::Failed);

    CHECK(reports.back().reason == "no such table");
    CHECK(fake.attempts.empty());
}

TEST_CASE_METHOD(ReplaysTest, "a replay fails at an event that cannot be read", "[replay]") {
    REQUIRE(run(store->archives().append(kArchive, {{start, 0, "broken", "{}"}})));

    replays->start(replay());
    until_reported(ReplayState::Failed);

    CHECK_THAT(reports.back().reason, Catch::StartsWith("archived event broken: "));
}

TEST_CASE_METHOD(ReplaysTest, "an end that cannot be recorded is recorded later", "[replay]") {
    archive(1);
    refuses = ReplayState::Completed;
    replays->start(replay());
    until([this] { return detail_types("one").size() == 1; });
    settle();
    CHECK(reports.size() == 1);
    CHECK(run(store->archives().progress(kReplay)).value());

    refuses.reset();
    pass(1s);
    until_reported(ReplayState::Completed);

    CHECK(detail_types("one").size() == 1);
}

TEST_CASE_METHOD(ReplaysTest, "ten run at a time, and one that still waits can be cancelled", "[replay]") {
    refuses = ReplayState::Running;
    for (int i = 10; i < 24; ++i) {
        Replay one = replay();
        one.key = std::to_string(i);
        replays->start(one);
    }
    until([this] { return asked.size() == 10; });
    settle();
    CHECK(asked.size() == 10);

    CHECK(replays->cancel("23"));
    until([this] { return reports.size() == 1; });
    CHECK(reports[0].key == "23");
    CHECK(reports[0].state == ReplayState::Cancelled);

    refuses.reset();
    pass(1s);
    until([this] { return reports.size() == 27; });
    CHECK(asked.size() == 14);
}

}  // namespace
}  // namespace rialto::bus
