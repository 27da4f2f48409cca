#include "rialto/model/rule.hpp"

#include <catch2/catch.hpp>

using namespace rialto;
using namespace rialto::model;

namespace {

const std::vector<std::pair<TargetKind, std::string>> kKinds{
    {EmailTarget{.topic_path = "$.detail.t", .topic = {}}, R"({"type":"email","topicPath":"$.detail.t"})"},
    {EmailTarget{.topic_path = "$", .topic = "t"}, R"({"type":"email","topicPath":"$","topic":"t"})"},
    {ConfirmationTarget{}, R"({"type":"confirmation"})"},
    {EntitiesTarget{.post_path = "$.detail.p"}, R"({"type":"entities","postPath":"$.detail.p"})"},
    {WebSocketTarget{.channel = "c"}, R"({"type":"websocket","channel":"c"})"},
    {LogTarget{.name = "n"}, R"({"type":"log","name":"n"})"},
    {BusTarget{.bus = "b"}, R"({"type":"bus","bus":"b"})"},
    {BusTarget{.bus = "b", .one_hop = true}, R"({"type":"bus","bus":"b","oneHop":true})"},
    {QueueTarget{.arn = "q", .group = "g"}, R"({"type":"queue","arn":"q","group":"g"})"},
    {ApiDestinationTarget{.arn = "d", .headers = {{"h", "1"}}, .query = {{"q", "2"}, {"r", ""}}, .path_values = {"p"}},
     R"({"type":"apiDestination","arn":"d","headers":[["h","1"]],"query":[["q","2"],["r",""]],"pathValues":["p"]})"},
    {ArchiveTarget{.arn = "a"}, R"({"type":"archive","arn":"a"})"},
    {ForeignTarget{.arn = "f"}, R"({"type":"foreign","arn":"f"})"},
};

std::vector<std::pair<Input, std::string>> inputs() {
    const auto path = Path::parse("$.detail[0]").value();
    return {
        {WholeEvent{}, R"({"type":"whole"})"},
        {ConstantInput{"{ \"a\":1}"}, R"({"type":"constant","json":"{ \"a\":1}"})"},
        {PathInput{path}, R"({"type":"path","path":"$.detail[0]"})"},
        {TransformedInput{.paths = {{"b", path}, {"a", path}}, .input_template = "\"<a>\""},
         R"({"type":"transformed","paths":[["b","$.detail[0]"],["a","$.detail[0]"]],"template":"\"<a>\""})"},
    };
}

std::string stored(std::string_view kind, std::string_view input, std::string_view rest = "") {
    std::string text = R"({"id":"t","kind":)";
    text.append(kind).append(R"(,"input":)").append(input);
    return text.append(R"(,"retry":{"maxRetries":3,"maxAgeSeconds":60})").append(rest).append("}");
}

}  // namespace

TEST_CASE("every kind of target is stored whole, and read back", "[model][rule]") {
    for (const auto& [kind, kind_text] : kKinds) {
        for (const auto& [input, input_text] : inputs()) {
            Target target{.id = "t",
                          .kind = kind,
                          .input = input,
                          .retry = {.max_retries = 3, .max_age = std::chrono::seconds{60}},
                          .dead_letter = {}};
            CHECK(to_json(target) == stored(kind_text, input_text));
            CHECK(target_from_json(to_json(target)).value() == target);

            target.dead_letter = kind;
            CHECK(to_json(target) == stored(kind_text, input_text, R"(,"deadLetter":)" + kind_text));
            CHECK(target_from_json(to_json(target)).value() == target);
        }
    }
}

TEST_CASE("how a target wants its deliveries is stored with it, if it says so", "[model][rule]") {
    Target target{.id = "t", .kind = LogTarget{}, .input = {}, .retry = {}, .dead_letter = {}};
    CHECK(to_json(target).find("flow") == std::string::npos);

    target.flow = {
        .concurrency = 3, .rate = 5, .breaker = Breaker{.failures = 7, .wait = Duration{9}}, .order_by = "$.a"};
    CHECK(to_json(target).ends_with(R"(,"flow":{"concurrency":3,"rate":5,"orderBy":"$.a","breaker":[7,9]}})"));
    CHECK(target_from_json(to_json(target)).value() == target);
    target.flow.breaker.reset();
    CHECK(target_from_json(to_json(target)).value() == target);

    std::string broken = to_json(target);
    broken.replace(broken.find("\"rate\":5"), 8, "\"rate\":x");
    CHECK_FALSE(target_from_json(broken));
}

TEST_CASE("a stored target in any other form is corrupt", "[model][rule]") {
    const std::string email = kKinds[0].second;
    const std::string whole = R"({"type":"whole"})";
    REQUIRE(target_from_json(stored(email, whole)));
    const std::vector<std::string> cases{
        "",
        "null",
        "[]",
        "{}",
        stored(email, whole, R"(,"new":1)"),
        stored(email, whole, R"(,"deadLetter":null)"),
        stored(email, whole, R"(,"deadLetter":{"type":"log"})"),
        stored("null", whole),
        stored(R"({"type":"pigeon"})", whole),
        stored(R"({"type":"email"})", whole),
        stored(R"({"type":"email","topicPath":1})", whole),
        stored(R"({"type":"email","channel":"c"})", whole),
        stored(R"({"type":"email","topicPath":"$","more":1})", whole),
        stored(R"({"type":"confirmation","more":1})", whole),
        stored(email, "{}"),
        stored(email, R"({"type":"whole","more":1})"),
        stored(email, R"({"type":"constant"})"),
        stored(email, R"({"type":"path","path":"detail"})"),
        stored(email, R"({"type":"transformed","paths":{},"template":"1"})"),
        stored(email, R"({"type":"transformed","paths":[["a"]],"template":"1"})"),
        stored(email, R"({"type":"transformed","paths":[["a","b"]],"template":"1"})"),
        stored(email, R"({"type":"transformed","paths":[],"template":"1","more":1})"),
        R"({"id":"t","kind":)" + email +
            R"(,"input":{"type":"whole"},"retry":{"maxRetries":99999999999,"maxAgeSeconds":60}})",
        R"({"id":"t","kind":)" + email + R"(,"input":{"type":"whole"},"retry":{"maxRetries":1}})",
    };
    for (const auto& text : cases) {
        INFO(text);
        const auto target = target_from_json(text);
        REQUIRE_FALSE(target);
        CHECK(target.error().code == Errc::Corrupt);
    }
}

TEST_CASE("a kind is named as in the configuration", "[model][rule]") {
    std::string names;
    for (const auto& [kind, text] : kKinds)
        if (const std::string name = std::string{name_of(kind)} + " "; !names.ends_with(name))
            names += name;
    CHECK(names == "email confirmation entities websocket log bus queue apiDestination archive foreign ");
}

TEST_CASE("a rule's ARN names its bus unless that is the default one", "[model][rule]") {
    CHECK(rule_arn("us-east-1", "000000000000", "default", "r") == "arn:aws:events:us-east-1:000000000000:rule/r");
    CHECK(rule_arn("eu-west-1", "1", "websocket", "r") == "arn:aws:events:eu-west-1:1:rule/websocket/r");
}
