#include "tests/unit/api/events_world.hpp"

namespace rialto::api::aws {
namespace {

const std::string kOurs = "arn:aws:events:us-east-1:000000000000:";

json::Array pairs(const std::vector<std::pair<std::string, std::string>>& given) {
    json::Array tags;
    for (const auto& [key, value] : given)
        tags.emplace_back(json::Object{{"Key", key}, {"Value", value}});
    return tags;
}

struct TagsTest : testing::EventsWorld {
    TagsTest() {
        REQUIRE(run(catalog->change([](bus::Edit& edit) {
            edit.put(bus::Kind::Bus, bus::key_of({}, "b"), {{"Name", "b"}, {"CreationTime", 1}});
            edit.put(bus::Kind::Rule, bus::rule_key({}, "b", "r"), rule("r", "b"));
            edit.put(bus::Kind::Rule, bus::rule_key({}, "default", "r"), rule("r", "default"));
            json::Object managed = rule("m", "b");
            managed.set("ManagedBy", "prod.vhs.events.aws.internal");
            edit.put(bus::Kind::Rule, bus::rule_key({}, "b", "m"), managed);
            return true;
        })));
    }
    static json::Object rule(const std::string& name, const std::string& bus) {
        return {{"Name", name}, {"EventPattern", R"({"source":["s"]})"}, {"State", "ENABLED"}, {"EventBusName", bus}};
    }
    Answer tag(const std::string& arn, const json::Array& tags) {
        return ask("TagResource", {{"ResourceARN", arn}, {"Tags", tags}});
    }
    Answer untag(const std::string& arn, const json::Array& keys) {
        return ask("UntagResource", {{"ResourceARN", arn}, {"TagKeys", keys}});
    }
    json::Value tags(const std::string& arn) {
        const auto answer = ask("ListTagsForResource", {{"ResourceARN", arn}});
        const json::Value* found = answer.body.find("Tags");
        return found ? *found : json::Value{answer.error()};
    }
};

TEST_CASE_METHOD(TagsTest, "buses and rules are tagged, and keep their tags", "[aws]") {
    for (const std::string resource : {"event-bus/b", "event-bus/default", "rule/r", "rule/b/r"}) {
        INFO(resource);
        CHECK(tags(kOurs + resource) == json::Array{});

        CHECK(tag(kOurs + resource, pairs({{"k1", "v1"}, {"k2", ""}})).body == json::Object{});
        CHECK(tag(kOurs + resource, pairs({{"k3", resource}, {"k1", "new"}})).body == json::Object{});

        restart();
        CHECK(tags(kOurs + resource) == pairs({{"k1", "new"}, {"k2", ""}, {"k3", resource}}));
        CHECK(untag(kOurs + resource, {"k1", "absent"}).body == json::Object{});
        restart();
        CHECK(tags(kOurs + resource) == pairs({{"k2", ""}, {"k3", resource}}));
    }
}

TEST_CASE_METHOD(TagsTest, "tagging leaves everything else as it was", "[aws]") {
    tag(kOurs + "rule/b/r", pairs({{"k", "v"}}));

    json::Object expected = rule("r", "b");
    expected.set("Tags", pairs({{"k", "v"}}));
    const auto kept = catalog->read(
        [](const bus::Resources& resources) { return *resources.find(bus::Kind::Rule, bus::rule_key({}, "b", "r")); });
    CHECK(json::Value{kept} == json::Value{expected});
}

TEST_CASE_METHOD(TagsTest, "what is not there is told of in the words of Describe", "[aws]") {
    const std::map<std::string, std::string> cases{
        {"event-bus/x", "Event bus x does not exist."},
        {"rule/x", "Rule x does not exist on EventBus default."},
        {"rule/b/x", "Rule x does not exist on EventBus b."},
        {"rule/x/r", "Event bus x does not exist."},
        {"rule/aws.partner/p/x/r", "Event bus aws.partner/p/x does not exist."}};
    for (const auto& [resource, message] : cases) {
        INFO(resource);
        const std::string error = "ResourceNotFoundException: " + message;
        CHECK(tags(kOurs + resource) == json::Value{error});
        CHECK(tag(kOurs + resource, pairs({{"k", "v"}})).error() == error);
        CHECK(untag(kOurs + resource, {"k"}).error() == error);
    }
}

TEST_CASE_METHOD(TagsTest, "only buses and rules have tags", "[aws]") {
    for (const std::string arn :
         {"b", "arn:aws:events:us-east-1:000000000000:archive/a", "arn:aws:sqs:us-east-1:000000000000:event-bus/b"})
        CHECK(tag(arn, pairs({{"k", "v"}})).error() ==
              "ValidationException: Parameter ResourceARN is not valid. Reason: Provided Arn is not in correct "
              "format.");
}

TEST_CASE_METHOD(TagsTest, "managed rules are tagged by their manager only", "[aws]") {
    CHECK(tag(kOurs + "rule/b/m", pairs({{"k", "v"}})).error() == "ManagedRuleException: m is a managed rule.");
    CHECK(untag(kOurs + "rule/b/m", {"k"}).error() == "ManagedRuleException: m is a managed rule.");
    CHECK(tags(kOurs + "rule/b/m") == json::Array{});
}

TEST_CASE_METHOD(TagsTest, "keys are unlike each other, not AWS's own, and no more than 50", "[aws]") {
    const std::string bus = kOurs + "event-bus/b";
    std::vector<std::pair<std::string, std::string>> many;
    for (int i = 0; i < 50; ++i)
        many.emplace_back("k" + std::to_string(i), "v");

    CHECK(tag(bus, pairs({{"k", "1"}, {"k", "2"}})).error() ==
          "ValidationException: Invalid parameter: Duplicated keys are not allowed.");
    CHECK(tag(bus, pairs({{"aws:k", "1"}})).error() ==
          "ValidationException: Invalid parameter: aws: prefixed tag key names are not allowed for external use.");
    CHECK(tag(bus, pairs(many)).error().empty());
    CHECK(tag(bus, pairs({{"k7", "again"}})).error().empty());
    CHECK(tag(bus, pairs({{"one more", "v"}})).error() ==
          "LimitExceededException: The requested resource exceeds the maximum number allowed.");
}

TEST_CASE_METHOD(TagsTest, "a tag that is missing or too long is told of", "[aws]") {
    const std::string fails = "' failed to satisfy constraint: Member must ";
    const std::string missing = "Value null at 'resourceARN" + fails + "not be null";

    CHECK(ask("TagResource", {}).error() == "ValidationException: 2 validation errors detected: " + missing +
                                                "; Value null at 'tags" + fails + "not be null");
    CHECK(ask("UntagResource", {}).error() == "ValidationException: 2 validation errors detected: " + missing +
                                                  "; Value null at 'tagKeys" + fails + "not be null");
    CHECK(ask("ListTagsForResource", {}).error() == "ValidationException: 1 validation error detected: " + missing);
    const std::string key(129, 'k');
    CHECK(tag(kOurs + "event-bus/b", pairs({{key, ""}})).error() ==
          "ValidationException: 1 validation error detected: Value '" + key + "' at 'tags.1.member.key" + fails +
              "have length less than or equal to 128");
    CHECK(*ask("TagResource", {{"ResourceARN", "a"}, {"Tags", "t"}}).body.find("__type") ==
          json::Value{"SerializationException"});
}

TEST_CASE_METHOD(TagsTest, "buses and rules of other accounts and regions have no tags to see", "[aws]") {
    account = "123456789012";
    CHECK(tags(kOurs + "event-bus/b") == json::Value{"ResourceNotFoundException: Event bus b does not exist."});
    CHECK(tags(kOurs + "rule/b/r") == json::Value{"ResourceNotFoundException: Rule r does not exist on EventBus b."});
    CHECK(tag(kOurs + "event-bus/default", pairs({{"k", "v"}})).error() ==
          "ResourceNotFoundException: Event bus default does not exist.");
    CHECK(tag("arn:aws:events:us-east-1:123456789012:event-bus/default", pairs({{"k", "v"}})).error().empty());
    account.clear();
    CHECK(tags(kOurs + "event-bus/default") == json::Array{});
}

}  // namespace
}  // namespace rialto::api::aws
