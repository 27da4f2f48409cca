#include "rialto/bus/policy.hpp"

#include <catch2/catch.hpp>

namespace rialto::bus {
namespace {

constexpr const char* kArn = "arn:aws:events:us-east-1:000000000000:event-bus/b";

PolicyRequest request() {
    return {.account = "111111111111",
            .action = "events:PutEvents",
            .resource = kArn,
            .context = {{"events:source", "shop.orders"}, {"events:eventBusInvocation", "true"}}};
}

std::string policy(const std::string& statements) {
    return R"({"Version":"2012-10-17","Statement":[)" + statements + "]}";
}

std::string statement(const std::string& principal, const std::string& action = R"("events:PutEvents")",
                      const std::string& resource = R"("*")", const std::string& more = "",
                      const std::string& effect = "Allow") {
    return R"({"Sid":"s","Effect":")" + effect + R"(","Principal":)" + principal + R"(,"Action":)" + action +
           R"(,"Resource":)" + resource + more + "}";
}

bool permitted(const std::string& statements) { return permits(policy(statements), request()); }

/// Whether a statement with that condition allows it.
bool holds(const std::string& condition) {
    return permitted(statement(R"("*")", R"("*")", R"("*")", R"(,"Condition":)" + condition));
}

/// Whether a statement with that condition denies what another allows.
bool denies(const std::string& condition) {
    return !permitted(statement(R"("*")") + "," +
                      statement(R"("*")", R"("*")", R"("*")", R"(,"Condition":)" + condition, "Deny"));
}

TEST_CASE("a policy allows whom it names", "[policy]") {
    const auto [principal, allowed] = GENERATE(table<const char*, bool>({
        {R"("*")", true},
        {R"({"AWS":"*"})", true},
        {R"({"AWS":"111111111111"})", true},
        {R"({"AWS":"arn:aws:iam::111111111111:root"})", true},
        {R"({"AWS":"arn:aws:iam::111111111111:role/r"})", true},
        {R"({"AWS":["arn:aws:iam::222222222222:root","111111111111"]})", true},
        {R"({"AWS":"222222222222"})", false},
        {R"({"AWS":"arn:aws:iam::222222222222:root"})", false},
        {R"({"AWS":[]})", false},
        {R"({"AWS":11111111111})", false},
        {R"({"Service":"events.amazonaws.com"})", false},
        {R"({"Service":"*"})", false},
        {R"("111111111111")", false},
        {R"({})", false},
        {R"(null)", false},
    }));
    CAPTURE(principal);

    CHECK(permitted(statement(principal)) == allowed);
}

TEST_CASE("a policy allows the actions and resources that it names, with wildcards", "[policy]") {
    const auto [action, resource, allowed] = GENERATE(table<const char*, const char*, bool>({
        {R"("events:PutEvents")", R"("*")", true},
        {R"("events:*")", R"("*")", true},
        {R"("*")", R"("*")", true},
        {R"("events:Put*")", R"("*")", true},
        {R"("events:P?tEvents")", R"("*")", true},
        {R"(["events:PutRule","events:PutEvents"])", R"("*")", true},
        {R"("events:PutRule")", R"("*")", false},
        {R"("events:PutEvent")", R"("*")", false},
        {R"("events:PutEvents?")", R"("*")", false},
        {R"([])", R"("*")", false},
        {R"("*")", R"("arn:aws:events:us-east-1:000000000000:event-bus/b")", true},
        {R"("*")", R"("arn:aws:events:*:event-bus/*")", true},
        {R"("*")", R"("arn:aws:events:us-east-1:000000000000:event-bus/c")", false},
        {R"("*")", R"("")", false},
        {R"("*")", R"({})", false},
    }));
    CAPTURE(action, resource);

    CHECK(permitted(statement(R"("*")", action, resource)) == allowed);
}

TEST_CASE("conditions hold as their operators say", "[policy]") {
    const auto [condition, expected] = GENERATE(table<const char*, bool>({
        {R"({})", true},
        {R"({"StringEquals":{"events:source":"shop.orders"}})", true},
        {R"({"StringEquals":{"EVENTS:Source":"shop.orders"}})", true},
        {R"({"StringEquals":{"events:source":["a","shop.orders"]}})", true},
        {R"({"StringEquals":{"events:source":"Shop.Orders"}})", false},
        {R"({"StringEqualsIgnoreCase":{"events:source":"Shop.Orders"}})", true},
        {R"({"StringNotEquals":{"events:source":"shop.orders"}})", false},
        {R"({"StringNotEquals":{"events:source":["a","shop.orders"]}})", false},
        {R"({"StringNotEquals":{"events:source":["a","b"]}})", true},
        {R"({"StringNotEqualsIgnoreCase":{"events:source":"SHOP.orders"}})", false},
        {R"({"StringLike":{"events:source":"shop.*"}})", true},
        {R"({"StringLike":{"events:source":"shop.order?"}})", true},
        {R"({"StringLike":{"events:source":"*.payments"}})", false},
        {R"({"StringNotLike":{"events:source":"shop.*"}})", false},
        {R"({"ForAnyValue:StringLike":{"events:source":"shop.*"}})", true},
        {R"({"ForAllValues:StringEquals":{"events:source":"x"}})", false},
        {R"({"Bool":{"events:eventBusInvocation":"true"}})", true},
        {R"({"Bool":{"events:eventBusInvocation":true}})", true},
        {R"({"Bool":{"events:eventBusInvocation":"false"}})", false},
        {R"({"StringEquals":{"events:eventBusInvocation":"true"}})", true},
        // All operators and all keys must hold.
        {R"({"StringEquals":{"events:source":"shop.orders","events:eventBusInvocation":"false"}})", false},
        {R"({"StringEquals":{"events:source":"shop.orders"},"Bool":{"events:eventBusInvocation":"false"}})", false},
        // The request has no such key.
        {R"({"StringEquals":{"aws:PrincipalOrgID":"o-1"}})", false},
        {R"({"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-1"}})", true},
        {R"({"StringNotEquals":{"aws:PrincipalOrgID":"o-1"}})", true},
        {R"({"StringNotLikeIfExists":{"aws:PrincipalOrgID":"o-1"}})", true},
        {R"({"ForAllValues:StringEquals":{"aws:PrincipalOrgID":"o-1"}})", true},
        {R"({"ForAnyValue:StringNotEquals":{"aws:PrincipalOrgID":"o-1"}})", false},
        {R"({"Null":{"aws:PrincipalOrgID":"true"}})", true},
        {R"({"Null":{"aws:PrincipalOrgID":"false"}})", false},
        {R"({"Null":{"events:source":"false"}})", true},
        // With IfExists, a key that is there is looked at.
        {R"({"StringEqualsIfExists":{"events:source":"x"}})", false},
    }));
    CAPTURE(condition);

    CHECK(holds(condition) == expected);
    CHECK(denies(condition) == expected);
}

TEST_CASE("ARNs are compared with wildcards", "[policy]") {
    PolicyRequest asked = request();
    asked.context = {{"aws:SourceArn", "arn:aws:events:us-east-1:111111111111:rule/r"}};
    const auto [condition, expected] = GENERATE(table<const char*, bool>({
        {R"({"ArnEquals":{"aws:SourceArn":"arn:aws:events:us-east-1:111111111111:rule/r"}})", true},
        {R"({"ArnLike":{"aws:SourceArn":"arn:aws:events:*:111111111111:rule/*"}})", true},
        {R"({"ArnLike":{"aws:SourceArn":"arn:aws:events:*:222222222222:rule/*"}})", false},
        {R"({"ArnNotEquals":{"aws:SourceArn":"arn:aws:events:us-east-1:111111111111:rule/r"}})", false},
        {R"({"ArnNotLike":{"aws:SourceArn":"arn:aws:events:*:222222222222:rule/*"}})", true},
    }));
    CAPTURE(condition);

    const std::string text =
        policy(statement(R"("*")", R"("*")", R"("*")", R"(,"Condition":)" + std::string{condition}));
    CHECK(permits(text, asked) == expected);
}

TEST_CASE("a condition that is not understood keeps a statement from allowing, and not from denying", "[policy]") {
    const std::string condition =
        GENERATE(R"({"NumericLessThan":{"events:source":"5"}})", R"({"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}})",
                 R"([])", R"("x")", R"({"StringEquals":"events:source"})");
    CAPTURE(condition);

    CHECK_FALSE(holds(condition));
    CHECK(denies(condition));
}

TEST_CASE("the variable for the caller's account is filled in", "[policy]") {
    PolicyRequest asked = request();
    const std::string condition =
        R"(,"Condition":{"StringEquals":{"events:creatorAccount":"${aws:PrincipalAccount}"}})";
    const std::string text = policy(statement(R"("*")", R"("*")", R"("*")", condition));

    asked.context = {{"events:creatorAccount", "111111111111"}};
    CHECK(permits(text, asked));
    asked.context = {{"events:creatorAccount", "000000000000"}};
    CHECK_FALSE(permits(text, asked));
}

TEST_CASE("a statement that denies wins, wherever it stands", "[policy]") {
    const std::string allow = statement(R"("*")");
    const std::string deny = statement(R"({"AWS":"111111111111"})", R"("events:*")", R"("*")", "", "Deny");

    CHECK(permitted(allow));
    CHECK_FALSE(permitted(allow + "," + deny));
    CHECK_FALSE(permitted(deny + "," + allow));
    CHECK_FALSE(permitted(deny));
    CHECK(permitted(allow + "," + statement(R"({"AWS":"222222222222"})", R"("*")", R"("*")", "", "Deny")));
}

TEST_CASE("what is no policy allows nothing", "[policy]") {
    const std::string text = GENERATE("", "{", "[]", "null", "{}", R"({"Statement":"*"})", R"({"Statement":[1]})",
                                      R"({"Statement":[{}]})", R"({"Statement":[{"Effect":"Allow","Principal":"*"}]})");
    CAPTURE(text);

    CHECK_FALSE(permits(text, request()));
}

TEST_CASE("many wildcards take no long time", "[policy]") {
    PolicyRequest asked = request();
    asked.resource = std::string(2000, 'a');
    std::string pattern;
    for (int i = 0; i < 500; ++i)
        pattern += "a*";

    CHECK_FALSE(permits(policy(statement(R"("*")", R"("*")", '"' + pattern + "b\"")), asked));
}

}  // namespace
}  // namespace rialto::bus
