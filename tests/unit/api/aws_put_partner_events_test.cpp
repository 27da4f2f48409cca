#include "tests/unit/api/events_world.hpp"

namespace rialto::api::aws {
namespace {

const std::string kSource = "aws.partner/example.com/a/1";
const std::string kPartner = "111111111111";
const std::string kFirst = "222222222222";
const std::string kSecond = "333333333333";
const std::string kOther = "aws.partner/example.com/a/other";

std::string no_source(const std::string& source) {
    return "InvalidArgument: Parameter Source is not valid. Reason: Event source " + source + " does not exist.";
}

struct PutPartnerEventsTest : testing::EventsWorld {
    void offer(const std::string& to) {
        account = kPartner;
        must("CreatePartnerEventSource", {{"Name", kSource}, {"Account", to}});
    }
    /// The customer takes the source, and listens.
    void take(const std::string& customer) {
        account = customer;
        must("CreateEventBus", {{"Name", kSource}, {"EventSourceName", kSource}});
        make_partner_listener();
    }
    void make_partner_listener() {
        must("PutRule", {{"Name", "r"}, {"EventBusName", kSource}, {"EventPattern", R"({"detail-type":["t"]})"}});
        listen("r", kSource);
    }

    static json::Object partner_entry(const std::string& source = kSource) {
        return {{"Source", source}, {"DetailType", "t"}, {"Detail", R"({ "n": 1 })"}};
    }
    static json::Object without(const std::string& member) {
        json::Object entry = partner_entry();
        entry.remove(member);
        return entry;
    }
    Answer put(const json::Array& entries, const std::string& who = kPartner) {
        account = who;
        fake.attempts.clear();
        Answer answer = ask("PutPartnerEvents", {{"Entries", entries}});
        settle();
        return answer;
    }
    /// `CODE: MESSAGE` of each entry, or "ok".
    static std::vector<std::string> outcomes(const Answer& answer) {
        std::vector<std::string> all;
        for (const json::Value& one : *answer.body.find("Entries")->as_array())
            all.push_back(one.find("EventId")
                              ? "ok"
                              : *one.find("ErrorCode")->as_string() + ": " + *one.find("ErrorMessage")->as_string());
        return all;
    }
    /// The accounts on whose buses the events were.
    std::multiset<std::string> heard_by() const {
        std::multiset<std::string> accounts;
        for (const auto& attempt : fake.attempts)
            accounts.insert(*json::parse(attempt.payload).value().find("account")->as_string());
        return accounts;
    }
};

TEST_CASE_METHOD(PutPartnerEventsTest, "each customer's bus gets the event as its account's own", "[aws]") {
    offer(kFirst);
    offer(kSecond);
    take(kFirst);
    take(kSecond);
    clock.advance(1500ms);
    json::Object given = partner_entry();
    given.set("Resources", json::Array{"r"});

    const Answer answer = put({given});

    const std::string id = *answer.body.find("Entries")->as_array()->at(0).find("EventId")->as_string();
    CHECK(json::write(answer.body) == R"({"FailedEntryCount":0,"Entries":[{"EventId":")" + id + "\"}]}");
    CHECK(heard_by() == std::multiset{kFirst, kSecond});
    for (const auto& attempt : fake.attempts) {
        const json::Value event = json::parse(attempt.payload).value();
        CHECK(*event.find("id")->as_string() == id);
        CHECK(*event.find("source")->as_string() == kSource);
        CHECK(*event.find("time")->as_string() == "2026-01-01T00:00:01Z");
        CHECK(*event.find("region")->as_string() == "us-east-1");
        CHECK(json::write(*event.find("resources")) == R"(["r"])");
        CHECK(json::write(*event.find("detail")) == R"({"n":1})");
    }
}

TEST_CASE_METHOD(PutPartnerEventsTest, "who has no bus for the source, or has it switched off, gets nothing", "[aws]") {
    offer(kFirst);
    offer(kSecond);
    take(kFirst);
    CHECK(outcomes(put({partner_entry()})) == std::vector<std::string>{"ok"});
    CHECK(heard_by() == std::multiset{kFirst});

    account = kFirst;
    must("DeactivateEventSource", {{"Name", kSource}});
    CHECK(outcomes(put({partner_entry()})) == std::vector<std::string>{"ok"});
    CHECK(heard_by().empty());
    CHECK(owed() == 0);

    account = kFirst;
    must("ActivateEventSource", {{"Name", kSource}});
    put({partner_entry()});
    CHECK(heard_by() == std::multiset{kFirst});
}

TEST_CASE_METHOD(PutPartnerEventsTest, "only the partner who has the source puts events for it", "[aws]") {
    CHECK(outcomes(put({partner_entry()})) == std::vector{no_source(kSource)});
    offer(kFirst);
    take(kFirst);

    CHECK(outcomes(put({partner_entry()}, kSecond)) == std::vector{no_source(kSource)});
    CHECK(outcomes(put({partner_entry()}, kFirst)) == std::vector{no_source(kSource)});
    CHECK(heard_by().empty());
    CHECK(outcomes(put({partner_entry()})) == std::vector<std::string>{"ok"});
}

TEST_CASE_METHOD(PutPartnerEventsTest, "each partner event has its own outcome, in the order of the request", "[aws]") {
    offer(kFirst);
    take(kFirst);
    json::Object list = partner_entry();
    list.set("Detail", "[]");

    const Answer answer = put(
        {without("Source"), partner_entry(), without("DetailType"), without("Detail"), list, partner_entry(kOther)});

    const auto required = [](const std::string& name) {
        return "InvalidArgument: Parameter " + name + " is not valid. Reason: " + name + " is a required argument.";
    };
    CHECK(outcomes(answer) == std::vector<std::string>{required("Source"), "ok", required("DetailType"),
                                                       required("Detail"), "MalformedDetail: Detail is malformed.",
                                                       no_source(kOther)});
    CHECK(answer.body.find("FailedEntryCount")->as_int64() == 5);
    CHECK(heard_by() == std::multiset{kFirst});
}

TEST_CASE_METHOD(PutPartnerEventsTest, "a request has 1 to 20 partner events, of a megabyte together", "[aws]") {
    offer(kFirst);
    CHECK(put({}).error().starts_with("ValidationException: 1 validation error detected: Value '[]' at 'entries'"));
    json::Array entries(20, partner_entry());
    CHECK(outcomes(put(entries)) == std::vector<std::string>(20, "ok"));
    entries.emplace_back(partner_entry());
    CHECK(put(entries).error().find("Member must have length less than or equal to 20") != std::string::npos);

    const auto of_size = [](std::size_t size) {
        const std::size_t rest = kSource.size() + 1 + 8;  // the source, the type, and what the detail has besides
        json::Object entry = partner_entry();
        entry.set("Detail", R"({"a":")" + std::string(size - rest, 'x') + "\"}");
        return entry;
    };
    CHECK(outcomes(put({of_size(1'048'576)})) == std::vector<std::string>{"ok"});
    CHECK(put({of_size(524'288), of_size(524'289)}).error() ==
          "ValidationException: Total size of the entries in the request is over the limit.");
}

TEST_CASE_METHOD(PutPartnerEventsTest, "a source that is no partner's fails the request", "[aws]") {
    CHECK(put({partner_entry("shop")})
              .error()
              .starts_with("ValidationException: 1 validation error detected: Value "
                           "'shop' at 'entries.1.member.source' failed to satisfy"));
}

TEST_CASE_METHOD(PutPartnerEventsTest, "partner events that cannot be stored fail the request", "[aws]") {
    offer(kFirst);
    take(kFirst);
    store->flaky_deliveries.failing_writes = 1;

    CHECK(put({partner_entry()}).status >= 500);

    CHECK(heard_by().empty());
    CHECK(owed() == 0);
}

}  // namespace
}  // namespace rialto::api::aws
