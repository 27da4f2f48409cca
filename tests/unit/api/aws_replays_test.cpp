#include "tests/unit/api/archives_world.hpp"

namespace rialto::api::aws {
namespace {

const std::string kOurs = "arn:aws:events:us-east-1:000000000000:";

struct ReplaysTest : testing::ArchivesWorld {
    /// Replays wait for the store, from now on.
    void hold() { store->flaky_archives.failing_writes = 1'000'000; }
    void let_go() {
        store->flaky_archives.failing_writes = 0;
        pass(2s);
    }
    std::string start(const json::Object& input = replay()) { return ask("StartReplay", input).error(); }
    json::Value describe(const std::string& name = "p") { return must("DescribeReplay", {{"ReplayName", name}}); }
    static json::Object with(json::Object input, const std::string& member, json::Value value) {
        input.set(member, std::move(value));
        return input;
    }
};

TEST_CASE_METHOD(ReplaysTest, "a replay puts archived events on their bus again", "[aws]") {
    json::Object old = entry("default", R"({"n":0})");
    old.set("Time", 5);
    old.set("Resources", json::Array{"r"});
    must("PutEvents", {{"Entries", json::Array{old}}});
    settle();
    REQUIRE(fake.attempts.size() == 1);
    const auto original = fake.attempts[0];
    fake.attempts.clear();
    pass(10min);

    CHECK(json::write(must("StartReplay", with(replay(), "Description", "d"))) ==
          R"({"ReplayArn":")" + kOurs + R"(replay/p","State":"STARTING","ReplayStartTime":1767226200})");
    finish();

    REQUIRE(fake.attempts.size() == 1);
    CHECK(fake.attempts[0].event_id != original.event_id);
    CHECK(fake.attempts[0].payload ==
          R"({"version":"0","id":")" + fake.attempts[0].event_id +
              R"(","detail-type":"t","source":"s","account":"000000000000","time":"1970-01-01T00:00:05Z",)"
              R"("region":"us-east-1","replay-name":"p","resources":["r"],"detail":{"n":0}})");
    CHECK(json::write(describe()) ==
          R"({"ReplayName":"p","ReplayArn":")" + kOurs +
              R"(replay/p","Description":"d","State":"COMPLETED","EventSourceArn":")" + kOurs +
              R"(archive/a","Destination":{"Arn":")" + kBus +
              R"("},"EventStartTime":1767225600,"EventEndTime":1798761600,"EventLastReplayedTime":1767225600,)"
              R"("ReplayStartTime":1767226200,"ReplayEndTime":1767226200})");
}

TEST_CASE_METHOD(ReplaysTest, "replayed events are not archived again", "[aws]") {
    put(0, 5);
    CHECK(start().empty());
    finish();
    CHECK(replayed() == "0 1 2 3 4 ");
    CHECK(archived() == 5);
    CHECK(start(replay("again")).empty());
    finish("again");
    CHECK(replayed() == "0 1 2 3 4 0 1 2 3 4 ");
    CHECK(archived() == 5);
}

TEST_CASE_METHOD(ReplaysTest, "a replay's range has its begin, and not its end", "[aws]") {
    for (int i = 0; i < 4; ++i) {
        put(i, i + 1);
        pass(1500ms);
    }
    const auto [from, to, expected] = GENERATE(table<const char*, const char*, const char*>({
        {"1767225600", "1767225604.5", "0 1 2 "},
        {"1767225600", "1767225604.501", "0 1 2 3 "},
        {"1767225600.001", "1767225603", "1 "},
        {"1767225601.5", "1767225601.501", "1 "},
        {"1767225601.501", "1767225603", ""},
        {"0", "1767225600", ""},
        {"0", "253402300799", "0 1 2 3 "},
    }));
    CAPTURE(from, to);

    CHECK(start(replay("p", json::Number{from}, json::Number{to})).empty());
    finish();

    CHECK(replayed() == expected);
}

TEST_CASE_METHOD(ReplaysTest, "a replay may be for some rules only", "[aws]") {
    make_listener("one");
    make_listener("two");
    put(0, 2);
    json::Object input = replay();
    input.set("Destination", json::Object{{"Arn", kBus}, {"FilterArns", json::Array{kOurs + "rule/two"}}});

    CHECK(start(input).empty());
    finish();

    CHECK(replayed("two") == "0 1 ");
    CHECK(replayed("one").empty());
    CHECK(replayed("all").empty());
}

TEST_CASE_METHOD(ReplaysTest, "rules may tell replayed events by the replay's name", "[aws]") {
    must("PutRule", {{"Name", "of-p"}, {"EventPattern", R"({"replay-name":["p"]})"}});
    listen("of-p");
    put(0, 1);
    CHECK(start().empty());
    CHECK(start(replay("q")).empty());
    finish();
    finish("q");

    CHECK(heard("of-p").size() == 1);
    CHECK(replayed("all") == "0 0 ");
}

TEST_CASE_METHOD(ReplaysTest, "a replay of nothing completes", "[aws]") {
    CHECK(start().empty());
    finish();
    CHECK_FALSE(describe().find("EventLastReplayedTime"));
}

TEST_CASE_METHOD(ReplaysTest, "a replay goes on after a restart where it was", "[aws]") {
    put(0, 150);
    until([this] { return owed() == 0; });
    fake.attempts.clear();
    CHECK(start().empty());
    until([this] { return !fake.attempts.empty(); });
    restart();

    finish();
    until([this] { return owed() == 0; });

    std::set<std::string> ids;
    std::set<std::string> numbers;
    for (const json::Value& event : heard("all")) {
        CHECK(event.find("replay-name"));
        ids.insert(*event.find("id")->as_string());
        numbers.insert(json::write(*event.find("detail")));
    }
    CHECK(numbers.size() == 150);
    CHECK(ids.size() == 150);
    CHECK(archived() == 150);
}

TEST_CASE_METHOD(ReplaysTest, "a replay that had not begun begins after a restart", "[aws]") {
    put(0, 2);
    hold();
    CHECK(start().empty());
    settle();
    CHECK(state() == "STARTING");
    restart();
    finish();
    CHECK(replayed() == "0 1 ");
}

TEST_CASE_METHOD(ReplaysTest, "a replay that could not be stored is not there", "[aws]") {
    store->flaky_resources.failing_writes = 1;
    CHECK(ask("StartReplay", replay()).status >= 500);
    settle();
    CHECK(ask("DescribeReplay", {{"ReplayName", "p"}}).status == 400);
    CHECK(start().empty());
    finish();
}

TEST_CASE_METHOD(ReplaysTest, "a replay of which the client was not told that it was stored runs all the same",
                 "[aws]") {
    put(0, 2);
    store->flaky_resources.failing_writes = 1;
    store->flaky_resources.yet_written = true;
    CHECK(ask("StartReplay", replay()).status >= 500);
    store->flaky_resources.yet_written = false;

    CHECK(start() == "ResourceAlreadyExistsException: Replay p already exists.");
    finish();
    CHECK(replayed() == "0 1 ");
}

TEST_CASE_METHOD(ReplaysTest, "the record of a replay is kept for 90 days after its end", "[aws]") {
    const auto there = [this](const std::string& name) {
        return ask("DescribeReplay", {{"ReplayName", name}}).status == 200;
    };
    CHECK(start(replay("early")).empty());
    finish("early");
    pass(std::chrono::days{1});
    hold();
    CHECK(start(replay("late")).empty());
    pass(std::chrono::days{1});
    let_go();
    finish("late");

    pass(std::chrono::days{87} + 23h + 59min);
    CHECK(there("early"));
    pass(1min);
    CHECK_FALSE(there("early"));
    CHECK(there("late"));
    CHECK(start(replay("early")).empty());
    finish("early");

    store->flaky_resources.failing_writes = 1;
    pass(std::chrono::days{2});
    CHECK(there("late"));
    pass(1min);
    CHECK_FALSE(there("late"));
    CHECK(there("early"));
}

TEST_CASE_METHOD(ReplaysTest, "many old records go in steps, those of a replay under way never", "[aws]") {
    REQUIRE(run(catalog->change([this](bus::Edit& edit) {
        for (int i = 0; i < 250; ++i) {
            const std::string name = "p" + std::to_string(i);
            json::Object document{{"ReplayName", name}, {"State", "COMPLETED"}};
            document.set("ReplayEndTime", clock.now().time_since_epoch().count());
            edit.put(bus::Kind::Replay, bus::key_of({}, name), std::move(document));
        }
        return true;
    })));
    hold();
    CHECK(start(replay("under-way")).empty());

    const auto left = [this] {
        return catalog->read([](const bus::Resources& resources) { return resources.list(bus::Kind::Replay, ""); });
    };
    CHECK(left().size() == 251);

    pass(std::chrono::days{91});

    until([&] { return left().size() == 1; });
    CHECK(left()[0].first.ends_with("under-way"));
}

TEST_CASE_METHOD(ReplaysTest, "a replay is cancelled", "[aws]") {
    const bool restarted = GENERATE(false, true);
    put(0, 2);
    hold();
    CHECK(start().empty());
    settle();

    CHECK(json::write(must("CancelReplay", {{"ReplayName", "p"}})) ==
          R"({"ReplayArn":")" + kOurs + R"(replay/p","State":"CANCELLING"})");
    CHECK(state() == "CANCELLING");
    CHECK(ask("CancelReplay", {{"ReplayName", "p"}}).error().starts_with("IllegalStatusException: "));
    if (restarted)
        restart();
    else
        let_go();

    until([this] { return state() == "CANCELLED"; });
    settle();
    CHECK(replayed().empty());
    CHECK(describe().find("ReplayEndTime"));
    CHECK(ask("CancelReplay", {{"ReplayName", "p"}}).error() ==
          "IllegalStatusException: Replay p is not in a valid state for this operation.");
    restart();
    CHECK(state() == "CANCELLED");
}

TEST_CASE_METHOD(ReplaysTest, "what has ended is not cancelled, nor what is not there", "[aws]") {
    CHECK(start().empty());
    finish();
    CHECK(ask("CancelReplay", {{"ReplayName", "p"}}).error() ==
          "IllegalStatusException: Replay p is not in a valid state for this operation.");
    CHECK(ask("CancelReplay", {{"ReplayName", "x"}}).error() == "ResourceNotFoundException: Replay x does not exist.");
    CHECK(ask("DescribeReplay", {{"ReplayName", "x"}}).error() ==
          "ResourceNotFoundException: Replay x does not exist.");
}

TEST_CASE_METHOD(ReplaysTest, "ten replays run at a time", "[aws]") {
    hold();
    for (int i = 0; i < 10; ++i)
        CHECK(start(replay("p" + std::to_string(i))).empty());
    const std::string too_many = "LimitExceededException: The requested resource exceeds the maximum number allowed.";
    CHECK(start(replay("one-more")) == too_many);
    must("CancelReplay", {{"ReplayName", "p0"}});
    CHECK(start(replay("one-more")).empty());
    CHECK(start(replay("two-more")) == too_many);

    let_go();
    finish("one-more");
    finish("p9");
    CHECK(start(replay("two-more")).empty());
    finish("two-more");
}

TEST_CASE_METHOD(ReplaysTest, "StartReplay says what is wrong", "[aws]") {
    must("CreateEventBus", {{"Name", "b"}});
    CHECK(start(replay("taken")).empty());
    finish("taken");
    const auto to_bus = [](const std::string& arn) {
        return with(replay(), "Destination", json::Object{{"Arn", arn}});
    };
    const auto for_rule = [](const std::string& arn) {
        return with(replay(), "Destination",
                    json::Object{{"Arn", kBus}, {"FilterArns", json::Array{kOurs + "rule/all", arn}}});
    };
    const std::string invalid = "ValidationException: Parameter ";
    const std::string no_rules = invalid +
                                 "Destination.FilterArns is not valid. Reason: Must contain rule ARNs of the "
                                 "destination event bus.";
    const auto [input, error] = GENERATE_COPY(table<json::Object, std::string>({
        {replay("taken"), "ResourceAlreadyExistsException: Replay taken already exists."},
        {with(replay(), "EventSourceArn", kOurs + "archive/x"),
         invalid + "EventSourceArn is not valid. Reason: Archive x does not exist."},
        {with(replay(), "EventSourceArn", "arn:aws:events:us-east-1:111111111111:archive/a"),
         invalid + "EventSourceArn is not valid. Reason: Archive a does not exist."},
        {to_bus(kOurs + "rule/r"), invalid + "Destination.Arn is not valid. Reason: Must contain an event bus ARN."},
        {to_bus("x"), invalid + "Destination.Arn is not valid. Reason: Must contain an event bus ARN."},
        {to_bus(kOurs + "event-bus/b"),
         invalid + "Destination.Arn is not valid. Reason: Cross event bus replay is not permitted."},
        {for_rule(kOurs + "event-bus/default"), no_rules},
        {for_rule("all"), no_rules},
        {for_rule(kOurs + "rule/b/all"), no_rules},
        {for_rule("arn:aws:events:us-east-1:111111111111:rule/all"), no_rules},
        {for_rule(kOurs + "rule/nowhere"), invalid +
                                               "Destination.FilterArns is not valid. Reason: Rule nowhere does not "
                                               "exist on EventBus default."},
        {to_bus(kOurs + "event-bus/nowhere"), "ResourceNotFoundException: Event bus nowhere does not exist."},
        {replay("p", kBegin, kBegin),
         invalid + "EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime."},
        {replay("p", kBegin + 1, kBegin),
         invalid + "EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime."},
    }));
    CAPTURE(json::write(input));

    CHECK(start(input) == error);
    CHECK(ask("DescribeReplay", {{"ReplayName", "p"}}).status == 400);
}

TEST_CASE_METHOD(ReplaysTest, "replays are listed by one filter", "[aws]") {
    CHECK(start(replay("pa")).empty());
    finish("pa");
    hold();
    CHECK(start(replay("pb")).empty());
    const auto names = [this](const json::Object& input) {
        std::string all;
        const json::Value answer = must("ListReplays", input);
        for (const json::Value& one : *answer.find("Replays")->as_array())
            all += *one.find("ReplayName")->as_string() + ' ';
        return all;
    };

    CHECK(names({}) == "pa pb ");
    CHECK(names({{"NamePrefix", "pb"}}) == "pb ");
    CHECK(names({{"State", "COMPLETED"}}) == "pa ");
    CHECK(names({{"EventSourceArn", kOurs + "archive/a"}}) == "pa pb ");
    CHECK(names({{"EventSourceArn", kOurs + "archive/x"}}).empty());
    CHECK(json::write(must("ListReplays", {{"NamePrefix", "pa"}})) ==
          R"({"Replays":[{"ReplayName":"pa","EventSourceArn":")" + kOurs +
              R"(archive/a","State":"COMPLETED","EventStartTime":1767225600,"EventEndTime":1798761600,)"
              R"("ReplayStartTime":1767225600,"ReplayEndTime":1767225600}]})");
    CHECK(ask("ListReplays", {{"NamePrefix", "p"}, {"State", "COMPLETED"}}).error() ==
          "ValidationException: At most one filter is allowed for ListReplays. Use either : State, EventSourceArn, or "
          "NamePrefix.");
    let_go();
    finish("pb");
}

}  // namespace
}  // namespace rialto::api::aws
