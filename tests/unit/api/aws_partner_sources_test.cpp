#include "tests/unit/api/events_world.hpp"

namespace rialto::api::aws {
namespace {

const std::string kSource = "aws.partner/example.com/a/1";
const std::string kPartner = "111111111111";
const std::string kCustomer = "222222222222";
const std::string kMissing = "ResourceNotFoundException: Event source " + kSource + " does not exist.";
constexpr std::int64_t kBegin = 1767225600;
constexpr std::int64_t kTwoWeeks = 14 * 86400;

struct PartnerSourcesTest : testing::EventsWorld {
    Answer as(const std::string& who, const std::string& operation, const json::Object& input) {
        account = who;
        return ask(operation, input);
    }
    Answer offer(const std::string& name = kSource, const std::string& to = kCustomer) {
        return as(kPartner, "CreatePartnerEventSource", {{"Name", name}, {"Account", to}});
    }
    Answer withdraw() { return as(kPartner, "DeletePartnerEventSource", {{"Name", kSource}, {"Account", kCustomer}}); }
    Answer describe() { return as(kCustomer, "DescribeEventSource", {{"Name", kSource}}); }
    /// The customer's bus of the source's name.
    void set_bus(bool there) {
        REQUIRE(run(catalog->change([&](bus::Edit& edit) {
            const std::string key = bus::key_of({.account = kCustomer}, kSource);
            if (there)
                edit.put(bus::Kind::Bus, key,
                         {{"Name", kSource}, {"CreationTime", clock.now().time_since_epoch().count()}});
            else
                edit.erase(bus::Kind::Bus, key);
            return true;
        })));
    }
};

std::string names(const json::Value& answer, const std::string& list) {
    std::string all;
    for (const json::Value& one : *answer.find(list)->as_array())
        all += *one.find("Name")->as_string() + ' ';
    return all;
}

TEST_CASE_METHOD(PartnerSourcesTest, "a source is offered to an account and waits there", "[aws]") {
    const auto made = offer();

    CHECK(made.body == json::Object{{"EventSourceArn", "arn:aws:events:us-east-1::event-source/" + kSource}});
    CHECK(offer().error() == "ResourceAlreadyExistsException: Event source " + kSource + " already exists.");
    restart();
    CHECK(json::write(describe().body) ==
          R"({"Arn":"arn:aws:events:us-east-1::event-source/)" + kSource +
              R"(","CreatedBy":"example.com","CreationTime":)" + std::to_string(kBegin) + R"(,"ExpirationTime":)" +
              std::to_string(kBegin + kTwoWeeks) + R"(,"Name":")" + kSource + R"(","State":"PENDING"})");
    CHECK(as(kPartner, "DescribePartnerEventSource", {{"Name", kSource}}).body ==
          json::Object{{"Arn", "arn:aws:events:us-east-1::event-source/" + kSource}, {"Name", kSource}});
    CHECK(as(kPartner, "DescribeEventSource", {{"Name", kSource}}).error() == kMissing);
    CHECK(as(kCustomer, "DescribePartnerEventSource", {{"Name", kSource}}).error() == kMissing);
}

TEST_CASE_METHOD(PartnerSourcesTest, "a source is active while there is a bus of its name", "[aws]") {
    offer();

    set_bus(true);
    CHECK(describe().text("State") == "ACTIVE");
    CHECK(describe().body.find("ExpirationTime") == nullptr);
    clock.advance(std::chrono::days{15});
    CHECK(describe().text("State") == "ACTIVE");
    set_bus(false);
    CHECK(describe().error() == kMissing);
}

TEST_CASE_METHOD(PartnerSourcesTest, "a source that waits for two weeks is gone", "[aws]") {
    offer();

    clock.advance(std::chrono::days{14} - std::chrono::milliseconds{1});
    CHECK(describe().text("State") == "PENDING");
    clock.advance(std::chrono::milliseconds{1});
    CHECK(describe().error() == kMissing);
    CHECK(names(as(kCustomer, "ListEventSources", {}).body, "EventSources").empty());
    CHECK(offer().error().empty());
    CHECK(describe().text("State") == "PENDING");
}

TEST_CASE_METHOD(PartnerSourcesTest, "its account deactivates and activates a source", "[aws]") {
    const json::Object name{{"Name", kSource}};
    CHECK(as(kCustomer, "ActivateEventSource", name).error() == kMissing);
    CHECK(as(kCustomer, "DeactivateEventSource", name).error() == kMissing);
    offer();
    CHECK(as(kCustomer, "ActivateEventSource", name).error() ==
          "InvalidStateException: Event source " + kSource + " has no matching event bus.");
    CHECK(as(kCustomer, "DeactivateEventSource", name).error() ==
          "InvalidStateException: Event source " + kSource + " is not in ACTIVE state.");
    set_bus(true);
    clock.advance(std::chrono::days{20});

    const auto deactivated = as(kCustomer, "DeactivateEventSource", name);

    CHECK(deactivated.status == 200);
    CHECK(deactivated.body.is_null());
    restart();
    CHECK(describe().text("State") == "PENDING");
    CHECK(*describe().body.find("ExpirationTime") == json::Value{kBegin + 34 * 86400});
    CHECK(as(kCustomer, "ActivateEventSource", name).body.is_null());
    restart();
    CHECK(describe().text("State") == "ACTIVE");
    CHECK(as(kCustomer, "ActivateEventSource", name).error() ==
          "InvalidStateException: Event source " + kSource + " is not in PENDING state.");
}

TEST_CASE_METHOD(PartnerSourcesTest, "a bus that is made anew makes a deactivated source active", "[aws]") {
    offer();
    set_bus(true);
    as(kCustomer, "DeactivateEventSource", {{"Name", kSource}});
    set_bus(false);
    clock.advance(std::chrono::seconds{1});

    set_bus(true);

    CHECK(describe().text("State") == "ACTIVE");
}

TEST_CASE_METHOD(PartnerSourcesTest, "a withdrawn source is gone, or marked as long as there is a bus", "[aws]") {
    CHECK(withdraw().status == 200);
    offer();
    CHECK(as(kCustomer, "DeletePartnerEventSource", {{"Name", kSource}, {"Account", kCustomer}}).status == 200);
    CHECK(describe().text("State") == "PENDING");
    CHECK(withdraw().body.is_null());
    CHECK(describe().error() == kMissing);

    offer();
    set_bus(true);
    withdraw();
    restart();
    CHECK(describe().text("State") == "DELETED");
    CHECK(as(kPartner, "DescribePartnerEventSource", {{"Name", kSource}}).error() == kMissing);
    CHECK(*as(kPartner, "ListPartnerEventSourceAccounts", {{"EventSourceName", kSource}})
               .body.find("PartnerEventSourceAccounts")
               ->as_array()
               ->front()
               .find("State") == json::Value{"DELETED"});
    CHECK(offer().error().empty());
    CHECK(describe().text("State") == "ACTIVE");
    withdraw();
    set_bus(false);
    CHECK(describe().error() == kMissing);
}

TEST_CASE_METHOD(PartnerSourcesTest, "partners list what they offered, and to whom", "[aws]") {
    const std::string prefix = "aws.partner/example.com/";
    offer(prefix + "b/1");
    offer(prefix + "a/1");
    offer(prefix + "a/1", "333333333333");
    offer(prefix + "c/1");
    as("999999999999", "CreatePartnerEventSource", {{"Name", prefix + "z/1"}, {"Account", kCustomer}});
    const std::string list = "PartnerEventSources";

    CHECK(names(as(kPartner, "ListPartnerEventSources", {{"NamePrefix", prefix}}).body, list) ==
          prefix + "a/1 " + prefix + "b/1 " + prefix + "c/1 ");
    CHECK(names(ask("ListPartnerEventSources", {{"NamePrefix", prefix + "b"}}).body, list) == prefix + "b/1 ");
    const auto page = ask("ListPartnerEventSources", {{"NamePrefix", prefix}, {"Limit", 2}});
    CHECK(names(page.body, list) == prefix + "a/1 " + prefix + "b/1 ");
    CHECK(names(ask("ListPartnerEventSources", {{"NamePrefix", prefix}, {"NextToken", page.text("NextToken")}}).body,
                list) == prefix + "c/1 ");
    const json::Object shown{{"CreationTime", kBegin}, {"ExpirationTime", kBegin + kTwoWeeks}, {"State", "PENDING"}};
    json::Object first = shown;
    json::Object second = shown;
    first.set("Account", kCustomer);
    second.set("Account", "333333333333");
    CHECK(ask("ListPartnerEventSourceAccounts", {{"EventSourceName", prefix + "a/1"}}).body ==
          json::Object{{"PartnerEventSourceAccounts", json::Array{first, second}}});
    CHECK(ask("ListPartnerEventSourceAccounts", {{"EventSourceName", prefix + "z/1"}}).error() ==
          "ResourceNotFoundException: Event source " + prefix + "z/1 does not exist.");
    region = "eu-west-1";
    CHECK(names(ask("ListPartnerEventSources", {{"NamePrefix", prefix}}).body, list).empty());
}

TEST_CASE_METHOD(PartnerSourcesTest, "accounts list what they were offered, whoever it is from", "[aws]") {
    offer("aws.partner/example.com/b/1");
    as("999999999999", "CreatePartnerEventSource", {{"Name", "aws.partner/other/a"}, {"Account", kCustomer}});
    offer("aws.partner/example.com/c/1", "333333333333");
    const std::string list = "EventSources";

    CHECK(names(as(kCustomer, "ListEventSources", {}).body, list) ==
          "aws.partner/example.com/b/1 aws.partner/other/a ");
    CHECK(names(ask("ListEventSources", {{"NamePrefix", "aws.partner/o"}}).body, list) == "aws.partner/other/a ");
    const auto page = ask("ListEventSources", {{"Limit", 1}});
    CHECK(names(ask("ListEventSources", {{"NextToken", page.text("NextToken")}}).body, list) == "aws.partner/other/a ");
}

TEST_CASE_METHOD(PartnerSourcesTest, "what is missing in, or against the rules for, an event source is told of",
                 "[aws]") {
    const std::string fails = "' failed to satisfy constraint: Member must ";
    const std::string pattern = R"(satisfy regular expression pattern: aws\.partner(/[\.\-_A-Za-z0-9]+){2,})";

    CHECK(ask("CreatePartnerEventSource", {}).error() ==
          "ValidationException: 2 validation errors detected: Value null at 'name" + fails +
              "not be null; Value null at 'account" + fails + "not be null");
    CHECK(ask("CreatePartnerEventSource", {{"Name", "aws.partner/x"}, {"Account", "1"}}).error() ==
          "ValidationException: 3 validation errors detected: Value 'aws.partner/x' at 'name" + fails + pattern +
              R"(; Value '1' at 'account)" + fails + R"(satisfy regular expression pattern: \d{12})" +
              "; Value '1' at 'account" + fails + "have length greater than or equal to 12");
    const std::string no_source =
        "ValidationException: 1 validation error detected: Value 'x' at 'name" + fails + pattern;
    for (const std::string operation :
         {"DescribePartnerEventSource", "ActivateEventSource", "DeactivateEventSource", "DescribeEventSource"})
        CHECK(ask(operation, {{"Name", "x"}}).error() == no_source);
    CHECK(ask("ListPartnerEventSources", {}).error() ==
          "ValidationException: 1 validation error detected: Value null at 'namePrefix" + fails + "not be null");
    CHECK(*ask("DescribeEventSource", {{"Name", 1}}).body.find("__type") == json::Value{"SerializationException"});
}

}  // namespace
}  // namespace rialto::api::aws
