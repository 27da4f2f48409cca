#include "tests/unit/api/events_world.hpp"

namespace rialto::api::aws {
namespace {

const std::string kArn = "arn:aws:events:us-east-1:000000000000:event-bus/default";

struct PermissionsTest : testing::EventsWorld {
    static json::Object statement(const std::string& id = "s", const std::string& principal = "111111111111") {
        return {{"Action", "events:PutEvents"}, {"Principal", principal}, {"StatementId", id}};
    }
    static json::Object with(json::Object input, const std::string& member, json::Value value) {
        input.set(member, std::move(value));
        return input;
    }
    static json::Object condition(const std::string& type, const std::string& key, const std::string& value) {
        return {{"Type", type}, {"Key", key}, {"Value", value}};
    }
    /// A policy of one statement, with a member of it changed, or taken away if the value is empty.
    static std::string policy(const std::string& member = "Sid", const std::string& value = "\"s\"") {
        std::string text = R"({"Version":"2012-10-17","Statement":[{)";
        std::string between;
        for (const auto& [name, standard] :
             std::initializer_list<std::pair<std::string, std::string>>{{"Sid", "\"s\""},
                                                                        {"Effect", "\"Allow\""},
                                                                        {"Principal", "\"*\""},
                                                                        {"Action", "\"events:PutEvents\""},
                                                                        {"Resource", "\"*\""}}) {
            const std::string& used = name == member ? value : standard;
            if (used.empty())
                continue;
            text += between + '"' + name + "\":" + used;
            between = ",";
        }
        return text + "}]}";
    }
    std::string put_policy(const std::string& text) { return ask("PutPermission", {{"Policy", text}}).error(); }
    /// The bus's policy; empty if there is none.
    std::string policy_of(const std::string& bus = "default") {
        const json::Value described = must("DescribeEventBus", {{"Name", bus}});
        const json::Value* found = described.find("Policy");
        return found ? *found->as_string() : "";
    }
};

TEST_CASE_METHOD(PermissionsTest, "a statement becomes part of the bus's policy, and stays", "[aws]") {
    CHECK(policy_of().empty());
    clock.advance(1min);
    must("PutPermission", statement());
    must("PutPermission",
         with(statement("all", "*"), "Condition", condition("StringEquals", "aws:PrincipalOrgID", "o-1")));
    restart();

    CHECK(policy_of() == R"({"Version":"2012-10-17","Statement":[{"Sid":"s","Effect":"Allow",)"
                         R"("Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"events:PutEvents",)"
                         R"("Resource":")" +
                             kArn +
                             R"("},{"Sid":"all","Effect":"Allow","Principal":"*","Action":"events:PutEvents",)"
                             R"("Resource":")" +
                             kArn + R"(","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}}]})");
    CHECK(must("DescribeEventBus", {}).find("LastModifiedTime")->as_int64() == 1767225660);
}

TEST_CASE_METHOD(PermissionsTest, "a statement of the same id is replaced", "[aws]") {
    must("PutPermission", statement("a"));
    must("PutPermission", statement("b"));
    must("PutPermission", statement("a", "*"));

    const json::Value kept = json::parse(policy_of()).value();
    const json::Array& statements = *kept.find("Statement")->as_array();
    REQUIRE(statements.size() == 2);
    CHECK(*statements[0].find("Principal") == json::Value{"*"});
    CHECK(*statements[1].find("Sid") == json::Value{"b"});
}

TEST_CASE_METHOD(PermissionsTest, "PutPermission says what is wrong with a statement", "[aws]") {
    const auto without = [](const std::string& member) {
        json::Object input = statement();
        input.remove(member);
        return input;
    };
    const auto with_condition = [](const json::Object& given) { return with(statement(), "Condition", given); };
    const auto [input, error] = GENERATE_COPY(table<json::Object, std::string>({
        {{}, "Parameter(s) Action must be specified."},
        {without("Action"), "Parameter(s) Action must be specified."},
        {without("Principal"), "Parameter(s) Principal must be specified."},
        {without("StatementId"), "Parameter(s) StatementId must be specified."},
        {with(statement(), "Action", "events:PutRule"), "Provided value in parameter 'action' is not supported."},
        {with_condition(condition("StringEquals", "aws:x", "o-1")),
         "Provided value in parameter 'condition.key' is not supported."},
        {with_condition(condition("StringLike", "aws:PrincipalOrgID", "o-1")),
         "Provided value in parameter 'condition.type' is not supported."},
        {with_condition(condition("StringEquals", "aws:PrincipalOrgID", "x")),
         "Provided value in parameter 'condition.value' is invalid."},
        {with(statement(), "Policy", policy()),
         "Action, Principal, StatementId and Condition could not be combined with Policy parameter."},
        {with({{"StatementId", "s"}}, "Policy", policy()),
         "Action, Principal, StatementId and Condition could not be combined with Policy parameter."},
    }));
    CAPTURE(json::write(input));

    CHECK(ask("PutPermission", input).error() == "ValidationException: " + error);
    CHECK(policy_of().empty());
}

TEST_CASE_METHOD(PermissionsTest, "PutPermission says what is wrong with a policy", "[aws]") {
    must("PutPermission", statement());
    const std::string before = policy_of();
    const std::string invalid_principal = "Policy contains an invalid principal";
    const auto [text, error] = GENERATE_COPY(table<std::string, std::string>({
        {"", "This policy contains invalid Json"},
        {"{", "This policy contains invalid Json"},
        {"null", "This text appears not to be a policy"},
        {"[]", "This text appears not to be a policy"},
        {"{}", "Missing required field Version"},
        {R"({"Version":"2012-10-17"})", "Could not parse the policy: Statement is empty!"},
        {R"({"Version":"2012-10-17","Statement":[]})", "Could not parse the policy: Statement is empty!"},
        {policy("Sid", ""), "Missing required field Sid"},
        {policy("Resource", ""), "Missing required field Resource"},
        {policy("Principal", R"({"AWS":"12"})"), invalid_principal},
        {policy("Principal", R"("111111111111")"), invalid_principal},
        {policy("Principal", R"({})"), invalid_principal},
        {policy("Principal", R"({"AWS":[1]})"), invalid_principal},
        {policy("Principal", R"({"AWS":"arn:aws:sqs:us-east-1:111111111111:q"})"), invalid_principal},
        {policy("Principal", R"({"Nobody":"*"})"), invalid_principal},
        {policy("Resource", R"("arn:aws:events:us-east-1:000000000000:event-bus/other")"),
         R"(The relative-id "event-bus/other" is invalid for ARN ")" + kArn + '"'},
    }));
    CAPTURE(text);

    CHECK(put_policy(text) == "ValidationException: " + error);
    CHECK(policy_of() == before);
}

TEST_CASE_METHOD(PermissionsTest, "a fault of a statement is placed in the text", "[aws]") {
    const std::string where = "ValidationException: Invalid statement at line 1 column ";
    const auto ends_with = [&](const std::string& text, const std::string& end) {
        const std::string error = put_policy(text);
        INFO(error);
        CHECK(error.starts_with(where));
        CHECK(error.ends_with(end));
    };

    ends_with(policy("Action", R"("events:X")"), R"(: The following action names are invalid: "events:X")");
    ends_with(policy("Action", R"(["events:PutEvents","sqs:SendMessage"])"),
              ": Action field includes AWS services that are inconsistent with specified vendor");
    const std::string one = policy();
    const auto begin = one.find("[") + 1;
    const std::string same = one.substr(begin, one.find("]") - begin);
    ends_with(one.substr(0, begin) + same + "," + same + "]}", ": The Statement Ids in the policy are not unique");
}

TEST_CASE_METHOD(PermissionsTest, "a policy replaces all, and is kept as AWS keeps it", "[aws]") {
    must("PutPermission", statement());

    REQUIRE(
        put_policy(R"({"Version":"2012-10-17","Statement":{"Sid":"x","Effect":"Deny","Principal":)"
                   R"({"AWS":["111111111111","arn:aws:iam::222222222222:role/r"],"Service":"events.amazonaws.com"},)"
                   R"("Action":"events:*","Resource":"*"}})")
            .empty());

    CHECK(policy_of() ==
          R"({"Version":"2012-10-17","Statement":[{"Sid":"x","Effect":"Deny","Principal":{"AWS":)"
          R"(["arn:aws:iam::111111111111:root","arn:aws:iam::222222222222:role/r"],"Service":"events.amazonaws.com"},)"
          R"("Action":"events:*","Resource":"*"}]})");
}

TEST_CASE_METHOD(PermissionsTest, "a policy has at most 10,240 characters", "[aws]") {
    const std::string empty = policy("Sid", "\"\"");
    const std::string longest = policy("Sid", '"' + std::string(10'240 - empty.size(), 'x') + '"');
    REQUIRE(longest.size() == 10'240);

    CHECK(put_policy(longest).empty());
    CHECK(put_policy(policy("Sid", '"' + std::string(10'241 - empty.size(), 'x') + '"'))
              .starts_with("PolicyLengthExceededException: "));
    CHECK(ask("PutPermission", statement()).error().starts_with("PolicyLengthExceededException: "));
    CHECK(policy_of() == longest);
}

TEST_CASE_METHOD(PermissionsTest, "permissions are taken back one by one, or all", "[aws]") {
    must("PutPermission", statement("a"));
    must("PutPermission", statement("b"));
    must("RemovePermission", {{"StatementId", "a"}});
    CHECK(policy_of().find("\"Sid\":\"a\"") == std::string::npos);
    CHECK(policy_of().find("\"Sid\":\"b\"") != std::string::npos);
    must("RemovePermission", {{"StatementId", "b"}});
    CHECK(policy_of().empty());

    must("PutPermission", statement("a"));
    must("RemovePermission", {{"RemoveAllPermissions", true}});
    must("RemovePermission", {{"RemoveAllPermissions", true}});
    CHECK(policy_of().empty());
}

TEST_CASE_METHOD(PermissionsTest, "RemovePermission says what is wrong", "[aws]") {
    const std::string missing = "ResourceNotFoundException: Statement with the provided id does not exist.";
    CHECK(ask("RemovePermission", {{"StatementId", "a"}}).error() == missing);
    must("PutPermission", statement());
    CHECK(ask("RemovePermission", {{"StatementId", "a"}}).error() == missing);
    CHECK(ask("RemovePermission", {}).error() == "ValidationException: Parameter(s) StatementId must be specified.");
    CHECK(ask("RemovePermission", {{"StatementId", "s"}, {"RemoveAllPermissions", true}}).error() ==
          "ValidationException: StatementId could not be combined with All parameter.");
    CHECK_FALSE(policy_of().empty());
}

TEST_CASE_METHOD(PermissionsTest, "a bus that is not there has no policy", "[aws]") {
    const std::string missing = "ResourceNotFoundException: Event bus nowhere does not exist.";
    CHECK(ask("PutPermission", with(statement(), "EventBusName", "nowhere")).error() == missing);
    CHECK(ask("RemovePermission", {{"StatementId", "s"}, {"EventBusName", "nowhere"}}).error() == missing);
    CHECK(ask("PutPermission", with(statement(), "EventBusName", "aws.partner/a/b"))
              .error()
              .starts_with("ValidationException: 1 validation error detected: "));
}

TEST_CASE_METHOD(PermissionsTest, "buses are made, changed and listed with their policies", "[aws]") {
    CHECK(json::write(must("CreateEventBus", {{"Name", "b"}, {"Description", "d"}})) ==
          R"({"EventBusArn":"arn:aws:events:us-east-1:000000000000:event-bus/b","Description":"d"})");
    CHECK(ask("CreateEventBus", {{"Name", "b"}}).error() ==
          "ResourceAlreadyExistsException: Event bus b already exists.");
    CHECK(ask("CreateEventBus", {{"Name", "default"}}).error() ==
          "ResourceAlreadyExistsException: Event bus default already exists.");
    CHECK(ask("CreateEventBus", {{"Name", "a/b"}}).error().starts_with("ValidationException: "));
    must("PutPermission", with(statement(), "EventBusName", "b"));
    clock.advance(1500ms);
    must("UpdateEventBus", {{"Name", "b"}, {"Description", "new"}});

    restart();
    const json::Value listed = must("ListEventBuses", {{"NamePrefix", "b"}});
    REQUIRE(listed.find("EventBuses")->as_array()->size() == 1);
    const json::Value& bus = listed.find("EventBuses")->as_array()->at(0);
    CHECK(*bus.find("Description") == json::Value{"new"});
    CHECK(*bus.find("Policy") == json::Value{policy_of("b")});
    CHECK(json::write(*bus.find("LastModifiedTime")) == "1767225601.5");
    CHECK(must("ListEventBuses", {}).find("EventBuses")->as_array()->size() == 2);
    CHECK(ask("UpdateEventBus", {{"Name", "nowhere"}}).error() ==
          "ResourceNotFoundException: Event bus nowhere does not exist.");
}

}  // namespace
}  // namespace rialto::api::aws
