#include <catch2/catch.hpp>
#include <filesystem>

#include "rialto/config/config.hpp"

using namespace rialto;
using namespace rialto::config;

namespace {

const std::filesystem::path kData = std::filesystem::path{RIALTO_TEST_DATA} / "config";

Config full() {
    auto config = load(kData / "full.yaml", nullptr);
    INFO((config ? std::string{} : config.error().message));
    REQUIRE(config);
    return *std::move(config);
}

std::string problems(const std::string& text, const Environment& environment = nullptr) {
    const auto config = parse(text, "f.yaml", environment);
    return config ? "none" : config.error().message;
}

std::string in_rule(const std::string& keys) {
    return problems("buses:\n  default:\n    rules:\n      r: {" + keys + "}\n");
}

constexpr const char* kPolicy =
    R"({"Version":"2012-10-17","Statement":[{"Sid":"s","Effect":"Allow","Principal":{"AWS":"111111111111"},)"
    R"("Action":"events:PutEvents","Resource":"*"}]})";

}  // namespace

TEST_CASE("connections are read with their secrets, from the file or beside it", "[config]") {
    const auto connections = full().connections;

    REQUIRE(connections.size() == 6);
    const auto& basic = connections[0];
    CHECK(basic.description == "The office");
    CHECK(std::get<model::Connection::Basic>(basic.credentials) ==
          model::Connection::Basic{"joe", Secret{"open sesame"}});
    CHECK(basic.parameters.headers == std::vector<model::HttpParameter>{{"X-Client", Secret{"rialto"}, false},
                                                                        {"X-Token", Secret{"hunter3"}, true}});
    CHECK(basic.parameters.query == std::vector<model::HttpParameter>{{"key", Secret{"open sesame"}, true}});
    CHECK(basic.parameters.body == std::vector<model::HttpParameter>{{"from", Secret{"rialto"}, false}});
    CHECK(std::get<model::Connection::ApiKey>(connections[3].credentials) ==
          model::Connection::ApiKey{"X-Api-Key", Secret{"open sesame"}});
    const auto& oauth = std::get<model::Connection::OAuth>(connections[4].credentials);
    CHECK(oauth.client_secret == Secret{"hunter6"});
    CHECK(oauth.endpoint == "https://login.example.org/token");
    CHECK(oauth.method == "PUT");
    CHECK(oauth.parameters.body == std::vector<model::HttpParameter>{{"scope", Secret{"c"}, false}});
}

TEST_CASE("API destinations name a connection, and archives a bus", "[config]") {
    const auto config = full();

    CHECK(config.api_destinations == std::vector<model::ApiDestination>{{.name = "orders",
                                                                         .description = "Where orders go",
                                                                         .connection = "basic",
                                                                         .endpoint = "https://api.example.org/orders/*",
                                                                         .method = "PUT",
                                                                         .rate_per_second = 10}});
    REQUIRE(config.archives.size() == 2);
    CHECK(config.archives[0] == model::Archive{.name = "kept",
                                               .description = "All of the shop",
                                               .bus = "shop",
                                               .pattern = R"({"source":["shop"]})",
                                               .retention_days = 30});
    CHECK(config.archives[1] == model::Archive{.name = "everything"});
}

TEST_CASE("a rule may have a schedule instead of a pattern, and a bus a policy in AWS's form", "[config]") {
    const auto config = full();

    const auto& shop = config.buses[0];
    CHECK(shop.description == "All that is sold");
    CHECK(shop.policy.contains(R"("Principal":{"AWS":"arn:aws:iam::210987654321:root"})"));
    const auto& nightly = config.buses[2].rules.front();
    CHECK(nightly.schedule == "cron(0 3 * * ? *)");
    CHECK(nightly.pattern.empty());
    CHECK(in_rule("pattern: {source: [a]}, schedule: rate(5 minutes)") == "none");
}

TEST_CASE("targets may be API destinations, ARNs and mails of one topic", "[config]") {
    const auto targets = full().buses[0].rules[0].targets;

    const std::string arn = model::declared_arn("eu-central-1", "123456789012", "api-destination", "orders");
    CHECK(arn.starts_with("arn:aws:events:eu-central-1:123456789012:api-destination/orders/"));
    CHECK(targets[7].kind ==
          model::TargetKind{model::ApiDestinationTarget{arn, {{"X-A", "b"}}, {{"c", "d"}}, {"$.detail.id"}}});
    CHECK(targets[8].id == "arn");
    CHECK(targets[8].kind == model::TargetKind{model::ForeignTarget{"arn:aws:sns:eu-central-1:123456789012:news"}});
    CHECK(std::get<model::EmailTarget>(targets[9].kind).topic == "news");
}

TEST_CASE("what is wrong with a declaration is told with its place", "[config]") {
    const std::string connection = "connections: {c: {basic: {username: u, password: p}}}\n";
    const std::pair<std::string, std::string> cases[] = {
        {in_rule("schedule: rate(5 minute)"), "f.yaml:4:21: buses.default.rules.r.schedule: must be a schedule"},
        {in_rule("enabled: true"), "f.yaml:4:10: buses.default.rules.r.pattern: is missing"},
        {problems("buses: {b: {rules: {r: {schedule: rate(5 minutes)}}}}"),
         "f.yaml:1:35: buses.b.rules.r.schedule: is for rules of the bus default only"},
        {problems("buses: {b: {policy: {Version: 1}}}"),
         "f.yaml:1:21: buses.b.policy: is not valid. Reason: Could not parse the policy: Statement is empty!"},
        {problems("buses: {b: {policy: '{'}}"), "This policy contains invalid Json"},
        {problems("archives: {a: {bus: shop}}"), "f.yaml:1:21: archives.a.bus: must be a bus of this file"},
        {problems("archives: {a: {retention: 36h}}"), "f.yaml:1:27: archives.a.retention: must be whole days"},
        {problems("archives: {a: {pattern: {a: b}}}"), "f.yaml:1:25: archives.a.pattern: is not valid. Reason: "},
        {problems("archives: {'a b': }"), "f.yaml:1:12: archives.a b: must be a name"},
        {problems("connections: {c: {}}"), "f.yaml:1:18: connections.c: needs credentials"},
        {problems("connections: {c: {basic: {username: u}}}"), "connections.c.basic.password: is missing"},
        {problems("connections: {c: {basic: {username: 'u:v', password: p}}}"), "must be one line without a colon"},
        {problems("connections: {c: {apiKey: {name: 'a b', value: v}}}"), "must be the name of a header field"},
        {problems("connections: {c: {oauth: {clientId: i, clientSecret: s, endpoint: 'ftp://a'}}}"),
         "connections.c.oauth.endpoint: must be an HTTP or HTTPS URL"},
        {problems("connections: {c: {basic: {username: u, password: p}, headers: {X: {secrte: s}}}}"),
         "connections.c.headers.X: needs secret or secretFile"},
        {problems("apiDestinations: {d: {connection: c, endpoint: 'https://a'}}"),
         "f.yaml:1:35: apiDestinations.d.connection: must be a connection of this file, not \"c\""},
        {problems(connection + "apiDestinations: {d: {connection: c}}"), "apiDestinations.d.endpoint: is missing"},
        {problems(connection + "apiDestinations: {d: {connection: c, endpoint: 'https://*/'}}"), "must be an HTTP"},
        {in_rule("pattern: {a: [b]}, targets: [{apiDestination: {name: d}}]"),
         "targets[0].apiDestination.name: must be an API destination of this file, not \"d\""},
        {in_rule("pattern: {a: [b]}, targets: [{arn: news}]"), "targets[0].arn: must be an ARN"},
        {in_rule("pattern: {a: [b]}, targets: [{arn: 'arn:aws:sqs:us-east-1:000000000000:q.fifo'}]"),
         "needs a message group"},
        {in_rule("pattern: {a: [b]}, targets: [{arn: 'arn:aws:events:us-east-1:000000000000:event-bus/default'}]"),
         "must be another bus than the rule's own"},
        {in_rule("pattern: {a: [b]}, targets: [{arn: 'arn:aws:sns:us-east-1:000000000000:t', log: }]"),
         "is a second kind"},
        {in_rule("pattern: {a: [b]}, targets: [{email: {topic: t, topicPath: $.detail}}]"),
         "has both topicPath and topic"},
    };

    for (const auto& [found, part] : cases) {
        INFO(found << "\n  should have: " << part);
        CHECK(found.contains(part));
    }
    CHECK(problems(std::string{"buses: {b: {policy: '"} + kPolicy + "'}}") == "none");
}

TEST_CASE("no error shows the secret of a connection", "[config]") {
    const Environment environment = [](std::string_view) { return std::optional<std::string>{"hunter2\n"}; };
    for (const auto* wrong : {"connections: {c: {basic: {username: u, password: '${P}'}}}",
                              "connections: {c: {basic: {username: u, password: [hunter2]}}}",
                              "connections: {c: {apiKey: {name: k, value: '${P}'}}}",
                              "connections: {c: {apiKey: {name: k, value: v}, headers: {X: '${P}'}}}",
                              "connections: {c: {apiKey: {name: k, value: v}, headers: {X: {secret: '${P}'}}}}",
                              "connections: {c: {oauth: {clientId: i, clientSecret: '${P}', endpoint: a}}}"}) {
        const auto found = problems(wrong, environment);
        INFO(found);
        CHECK(found != "none");
        CHECK_FALSE(found.contains("hunter2"));
    }
}
