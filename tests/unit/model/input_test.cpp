#include "rialto/model/input.hpp"

#include <catch2/catch.hpp>

#include "rialto/base/time.hpp"
#include "tests/support/cases.hpp"

using namespace rialto;
using namespace rialto::model;
using namespace rialto::testing;

namespace {

const std::string kEnvelope =
    R"({"version":"0","id":"i1","detail-type":"Placed","source":"shop","account":"000000000000",)"
    R"("time":"2026-01-31T08:15:30Z","region":"us-east-1","resources":["r1"],"detail":{"word":"plain",)"
    R"("text":"one \"two\"\n","number":1.50,"yes":true,"nothing":null,"list":["one","two",{"x":3}],)"
    R"("object":{"first":"one","second":2}}})";

Result<std::string> shape_example(const Input& input) {
    const InputContext context{.rule_arn = "arn:aws:events:us-east-1:000000000000:rule/orders",
                               .rule_name = "orders",
                               .ingested = from_rfc3339("2026-01-31T08:15:31.250Z").value()};
    return shape(input, kEnvelope, json::parse(kEnvelope).value(), context);
}

TransformedInput transformer(const json::Value& example) {
    TransformedInput input{.paths = {}, .input_template = text_of(example, "template")};
    for (const auto& [name, path] : *example.find("paths")->as_object())
        input.paths.emplace_back(name, Path::parse(*path.as_string()).value());
    return input;
}

std::string with_envelope(std::string text) {
    const auto at = text.find("ENVELOPE");
    return at == std::string::npos ? text : text.replace(at, 8, kEnvelope);
}

}  // namespace

TEST_CASE("templates are filled as EventBridge fills them", "[model][input]") {
    const auto examples = read_cases("model/templates.ndjson");
    REQUIRE(examples.size() == 20);
    for (const auto& example : examples) {
        INFO(text_of(example, "name"));
        const auto input = transformer(example);
        const Status valid = validate(input);
        CHECK(valid);

        const auto shaped = shape_example(input);

        if (example.find("text")->is_null()) {
            REQUIRE_FALSE(shaped);
            CHECK(shaped.error().code == Errc::InvalidArgument);
            CHECK(shaped.error().message == "Invalid input for target.");
        } else {
            REQUIRE(shaped);
            CHECK(*shaped == with_envelope(text_of(example, "text")));
        }
    }
}

TEST_CASE("transformers that could never work are refused", "[model][input]") {
    const auto examples = read_cases("model/bad_templates.ndjson");
    REQUIRE(examples.size() == 13);
    for (const auto& example : examples) {
        INFO(json::write(example));
        const Status valid = validate(transformer(example));
        REQUIRE_FALSE(valid);
        CHECK(valid.error().code == Errc::InvalidArgument);
        CHECK_THAT(valid.error().message, Catch::Contains(text_of(example, "says")));
    }
}

TEST_CASE("a transformer has its bounds", "[model][input]") {
    const auto path = Path::parse("$").value();
    TransformedInput input{.paths = {}, .input_template = "\"" + std::string(8190, 'x') + "\""};
    for (int i = 0; i < 100; ++i)
        input.paths.emplace_back("p" + std::to_string(i), path);
    CHECK(validate(input));

    auto longer = input;
    longer.input_template += ' ';
    CHECK_FALSE(validate(longer));

    auto more = input;
    more.paths.emplace_back("one-more", path);
    CHECK_FALSE(validate(more));

    auto twice = input;
    twice.paths.back().first = "p0";
    CHECK_FALSE(validate(twice));

    auto broken = input;
    broken.input_template = "\"\xff\"";
    CHECK_FALSE(validate(broken));
}

TEST_CASE("the whole event and a constant are passed on as they stand", "[model][input]") {
    CHECK(shape_example(WholeEvent{}).value() == kEnvelope);
    CHECK(shape_example(ConstantInput{" { \"a\" : 1 } "}).value() == " { \"a\" : 1 } ");
}

TEST_CASE("a part of the event is compact JSON, or an empty object", "[model][input]") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"$.detail.word", "\"plain\""},
        {"$.detail.number", "1.50"},
        {"$.detail.yes", "true"},
        {"$.detail.nothing", "{}"},
        {"$.detail.none", "{}"},
        {"$.detail.list", R"(["one","two",{"x":3}])"},
        {"$.detail.list[*].x", "[3]"},
        {"$.detail.object", R"({"first":"one","second":2})"},
        {"$", kEnvelope},
    };
    for (const auto& [path, expected] : cases) {
        INFO(path);
        CHECK(shape_example(PathInput{Path::parse(path).value()}).value() == expected);
    }
}
