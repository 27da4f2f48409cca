#include "rialto/inspection/recent_events.hpp"

#include "tests/support/bus_world.hpp"

namespace rialto::inspection {
namespace {

using testing::rule;
using State = RecentDelivery::State;
constexpr auto kForEver = std::chrono::steady_clock::time_point::max();

/// A bus and its deliveries, watched.
struct RecentEventsTest : testing::BusWorld {
    RecentEventsTest() { observe(recent); }
    ~RecentEventsTest() { close_bus(); }

    void observe(RecentEvents& observer) {
        bus->observe(observer);
        dispatcher->observe(observer);
    }

    void put(const std::string& source, const std::string& detail = "{}", const std::string& on = "default") {
        const Status stored = run(bus->put(on, bus->make_event(source, "type", detail)));
        REQUIRE(stored);
        settle();
    }

    static std::vector<std::string> sources(const std::vector<RecentEvent>& events) {
        std::vector<std::string> sources;
        for (const RecentEvent& event : events)
            sources.push_back(*json::parse(*event.envelope).value().find("source")->as_string());
        return sources;
    }

    static EventFilter matching(const std::string& text) { return {.pattern = pattern::Pattern::parse(text).value()}; }

    RecentEvents recent{clock};
};

using Sources = std::vector<std::string>;

TEST_CASE_METHOD(RecentEventsTest, "events are told in their order, whether or not a rule matched", "[inspection]") {
    apply({{"default", {rule("shop", R"({"source":["shop"]})")}}});
    put("shop");
    put("stock");

    const auto events = recent.find({});

    CHECK(sources(events) == Sources{"shop", "stock"});
    CHECK(recent.last() == 2);
    REQUIRE(events[0].deliveries->size() == 1);
    CHECK(events[0].deliveries->at(0).rule.ends_with("rule/shop"));
    CHECK(events[0].deliveries->at(0).state == State::Delivered);
    CHECK(events[0].deliveries->at(0).target_id == "shop");
    CHECK(events[0].deliveries->at(0).target_kind == "log");
    CHECK(events[0].deliveries->at(0).attempts == 1);
    CHECK(events[1].deliveries->empty());
    CHECK(events[1].is_settled());
}

TEST_CASE_METHOD(RecentEventsTest, "a filter picks by cursor, bus, pattern and number", "[inspection]") {
    put("a", R"({"n":1})");
    put("b", R"({"n":2})", "other");
    put("c", R"({"n":2})");

    CHECK(sources(recent.find({.since = 1})) == Sources{"b", "c"});
    CHECK(sources(recent.find({.bus = "other"})) == Sources{"b"});
    CHECK(sources(recent.find(matching(R"({"detail":{"n":[2]}})"))) == Sources{"b", "c"});
    CHECK(sources(recent.find({.limit = 1})) == Sources{"a"});
    CHECK(recent.find({.since = 3}).empty());
}

TEST_CASE_METHOD(RecentEventsTest, "what failed says why, and goes on", "[inspection]") {
    fake.answer = [](const delivery::Attempt&) { return delivery::failed({Errc::Unavailable, "down"}); };
    put("shop");
    const auto failing = recent.find({});
    fake.answer = [](const delivery::Attempt&) { return delivery::Delivered{}; };
    pass(10s);

    CHECK(failing.at(0).deliveries->at(0).state == State::Retrying);
    CHECK(failing.at(0).deliveries->at(0).error_message == "down");
    CHECK_FALSE(failing.at(0).is_settled());
    CHECK(recent.find({}).at(0).deliveries->at(0).state == State::Delivered);
    CHECK(recent.find({}).at(0).deliveries->at(0).attempts == 2);
    CHECK(recent.find({}).at(0).deliveries->at(0).error_message.empty());
}

TEST_CASE_METHOD(RecentEventsTest, "what was given up is settled", "[inspection]") {
    fake.answer = [](const delivery::Attempt&) { return delivery::failed({Errc::InvalidArgument, "never"}); };
    put("shop");

    CHECK(recent.find({}).at(0).deliveries->at(0).state == State::GivenUp);
    CHECK(recent.find({.settled = true}).size() == 1);
    CHECK(dead_letters().size() == 1);
}

TEST_CASE_METHOD(RecentEventsTest, "the parts of a list are deliveries of the event", "[inspection]") {
    fake.answer = [](const delivery::Attempt& attempt) -> delivery::Outcome {
        if (attempt.part.empty())
            return delivery::Split{.parts = {"ann", "bob"}, .rest = std::nullopt};
        return delivery::Delivered{};
    };
    put("shop");

    const auto event = recent.find({}).at(0);

    REQUIRE(event.deliveries->size() == 3);
    CHECK(event.deliveries->at(0).state == State::Split);
    CHECK(event.deliveries->at(1).part == "ann");
    CHECK(event.deliveries->at(1).state == State::Delivered);
    CHECK(event.is_settled());
}

TEST_CASE_METHOD(RecentEventsTest, "the oldest events go first", "[inspection]") {
    RecentEvents few{clock, {.events = 2}};
    RecentEvents small{clock, {.bytes = 1}};
    for (RecentEvents* events : {&few, &small})
        for (const char* id : {"1", "2", "3"})
            events->routed("default", id, R"({"source":"s"})", {});

    CHECK(few.find({}).size() == 2);
    CHECK(few.find({}).front().id == "2");
    REQUIRE(small.find({}).size() == 1);
    CHECK(small.find({}).front().cursor == 3);
}

TEST_CASE_METHOD(RecentEventsTest, "deliveries count as well as envelopes", "[inspection]") {
    RecentEvents small{clock, {.bytes = 4'000}};
    std::vector<storage::OwedDelivery> owed;
    for (storage::DeliveryId id = 1; id <= 5; ++id)
        owed.push_back({.id = id, .target = "t", .rule = std::string(100, 'r')});
    for (const char* id : {"1", "2", "3", "4"})
        small.routed("default", id, "{}", owed);
    const auto before = small.find({});
    CHECK(before.size() > 1);
    CHECK(before.size() < 4);

    small.attempted({.delivery = 1,
                     .event_id = "4",
                     .bus = "default",
                     .result = delivery::AttemptReport::Result::GivenUp,
                     .error_message = std::string(4'000, 'e')});

    REQUIRE(small.find({}).size() == 1);
    CHECK(small.find({}).front().id == "4");
    CHECK(before.back().deliveries->at(0).state == State::Pending);
}

TEST_CASE_METHOD(RecentEventsTest, "what is cleared is gone, and cursors go on", "[inspection]") {
    put("a");
    recent.clear();
    put("b");

    REQUIRE(recent.find({}).size() == 1);
    CHECK(recent.find({}).front().cursor == 2);
}

/// Someone who waits for an event.
struct Waiter {
    Waiter(RecentEventsTest& test, EventFilter filter, std::chrono::steady_clock::time_point deadline = kForEver) {
        asio::co_spawn(
            test.loop, test.recent.wait(std::move(filter), deadline),
            [this](std::exception_ptr, Result<std::vector<RecentEvent>> found) { answer = std::move(found); });
        test.settle();
    }
    std::optional<Result<std::vector<RecentEvent>>> answer;
};

TEST_CASE_METHOD(RecentEventsTest, "who waits for an event gets the first that matches", "[inspection]") {
    Waiter waiter{*this, matching(R"({"source":["shop"]})")};
    put("stock");
    CHECK_FALSE(waiter.answer);

    put("shop");

    until([&] { return waiter.answer.has_value(); });
    CHECK(sources(waiter.answer->value()) == Sources{"shop"});
}

TEST_CASE_METHOD(RecentEventsTest, "who waits for an event that was there is answered at once", "[inspection]") {
    put("shop");

    const Waiter found{*this, matching(R"({"source":["shop"]})")};
    EventFilter later = matching(R"({"source":["shop"]})");
    later.since = recent.last();
    const Waiter waits{*this, later, std::chrono::steady_clock::now() + 1h};

    CHECK(found.answer.has_value());
    CHECK_FALSE(waits.answer.has_value());
    recent.close();
    until([&] { return waits.answer.has_value(); });
}

TEST_CASE_METHOD(RecentEventsTest, "who waits until an event has settled waits for its deliveries", "[inspection]") {
    fake.stuck = true;
    EventFilter filter = matching(R"({"source":["shop"]})");
    filter.settled = true;
    Waiter waiter{*this, filter};
    put("shop");
    CHECK_FALSE(waiter.answer);

    fake.release();

    until([&] { return waiter.answer.has_value(); });
    CHECK(waiter.answer->value().at(0).deliveries->at(0).state == State::Delivered);
}

TEST_CASE_METHOD(RecentEventsTest, "a wait ends at its deadline without an event", "[inspection]") {
    const auto found = run(recent.wait(matching(R"({"source":["shop"]})"), std::chrono::steady_clock::now()));

    REQUIRE(found);
    CHECK(found->empty());
}

TEST_CASE_METHOD(RecentEventsTest, "a wait ends when it is closed", "[inspection]") {
    Waiter waiter{*this, matching(R"({"source":["shop"]})")};

    recent.close();

    until([&] { return waiter.answer.has_value(); });
    REQUIRE_FALSE(*waiter.answer);
    CHECK(waiter.answer->error().code == Errc::Unavailable);
}

TEST_CASE("only so many may wait for events", "[inspection]") {
    asio::io_context loop;
    ManualClock clock;
    RecentEvents recent{clock, {.waiters = 1}};
    std::vector<bool> answers;
    for (int i = 0; i < 2; ++i)
        asio::co_spawn(loop, recent.wait({}, kForEver),
                       [&](std::exception_ptr, const Result<std::vector<RecentEvent>>& found) {
                           answers.push_back(found.has_value());
                       });
    loop.poll();
    REQUIRE(answers == std::vector<bool>{false});

    recent.routed("default", "1", "{}", {});

    loop.run();
    CHECK(answers == std::vector<bool>{false, true});
}

}  // namespace
}  // namespace rialto::inspection
