#include <catch2/catch.hpp>

#include "api/aws/comprehend/operations.hpp"
#include "rialto/entities/tagger.hpp"
#include "tests/support/aws_world.hpp"

namespace rialto::api::aws::comprehend {
namespace {

class ComprehendWorld : public testing::AwsWorld {
public:
    ComprehendWorld() : AwsWorld{[this] { return Services{service(reader)}; }} {}

    Answer ask(const std::string& operation, const json::Object& input) {
        return AwsWorld::ask("Comprehend_20171127." + operation, json::write(input));
    }

    entities::Tagger tagger = entities::Tagger::built_in().value();
    WorkerPool tagging{{.name = "tagger"}};
    targets::EntityReader reader{tagger, tagging};
};

json::Object of_text(const std::string& text) { return {{"Text", text}, {"LanguageCode", "en"}}; }

json::Object of_texts(const std::vector<std::string>& texts) {
    json::Array list;
    for (const std::string& text : texts)
        list.emplace_back(text);
    return {{"TextList", std::move(list)}, {"LanguageCode", "en"}};
}

}  // namespace

TEST_CASE_METHOD(ComprehendWorld, "entities are told with their place in code points", "[aws]") {
    const Answer answer = ask("DetectEntities", of_text("\u00e9\U0001F600 Angela Merkel met Joe in Berlin."));

    REQUIRE(answer.status == 200);
    const json::Array& found = *answer.body.find("Entities")->as_array();
    REQUIRE(found.size() == 3);
    CHECK(*found[0].find("Text")->as_string() == "Angela Merkel");
    CHECK(*found[0].find("Type")->as_string() == "PERSON");
    CHECK(found[0].find("BeginOffset")->as_int64() == 3);
    CHECK(found[0].find("EndOffset")->as_int64() == 16);
    CHECK(found[0].find("Score"));
    CHECK(*found[2].find("Type")->as_string() == "LOCATION");
}

TEST_CASE_METHOD(ComprehendWorld, "what cannot be read is refused as AWS does", "[aws]") {
    const auto error_of = [this](const json::Object& input) { return ask("DetectEntities", input).error(); };

    CHECK(error_of({{"LanguageCode", "en"}}).starts_with("InvalidRequestException: "));
    CHECK(error_of({{"Text", "a"}}).starts_with("InvalidRequestException: "));
    CHECK(error_of({{"Bytes", "YQ=="}, {"LanguageCode", "en"}}).starts_with("InvalidRequestException: "));
    CHECK(error_of({{"Text", "a"}, {"EndpointArn", "arn:aws:comprehend:x"}})
              .starts_with("ResourceUnavailableException: "));
    CHECK(error_of({{"Text", "a"}, {"LanguageCode", "de"}}).starts_with("UnsupportedLanguageException: "));
    CHECK(error_of({{"Text", "a"}, {"LanguageCode", "xx"}})
              .starts_with("ValidationException: 1 validation error detected: Value 'xx' at 'languageCode'"));
    CHECK(error_of(of_text("")).starts_with("ValidationException: 1 validation error detected: Value '' at 'text'"));
    CHECK(error_of(of_text(std::string(100'001, 'a'))) ==
          "TextSizeLimitExceededException: Input text size exceeds limit. Max length of request text allowed is 100000 "
          "bytes while in this request the text size is 100001 bytes");
    CHECK(error_of(of_text(std::string(100'000, 'a'))).empty());
}

TEST_CASE_METHOD(ComprehendWorld, "of a batch each text has a result, or an error of its own", "[aws]") {
    const Answer answer =
        ask("BatchDetectEntities", of_texts({"Joe lives in Spain.", std::string(5'001, 'a'), "the cat sat."}));

    REQUIRE(answer.status == 200);
    const json::Array& results = *answer.body.find("ResultList")->as_array();
    REQUIRE(results.size() == 2);
    CHECK(results[0].find("Index")->as_int64() == 0);
    CHECK(results[0].find("Entities")->as_array()->size() == 2);
    CHECK(results[1].find("Index")->as_int64() == 2);
    CHECK(results[1].find("Entities")->as_array()->empty());
    const json::Array& errors = *answer.body.find("ErrorList")->as_array();
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].find("Index")->as_int64() == 1);
    CHECK(*errors[0].find("ErrorCode")->as_string() == "TEXT_SIZE_LIMIT_EXCEEDED");
}

TEST_CASE_METHOD(ComprehendWorld, "a batch has 1 to 25 texts", "[aws]") {
    CHECK(ask("BatchDetectEntities", of_texts({})).error().starts_with("ValidationException: "));
    CHECK(ask("BatchDetectEntities", of_texts(std::vector<std::string>(25, "a"))).status == 200);
    CHECK(ask("BatchDetectEntities", of_texts(std::vector<std::string>(26, "a")))
              .error()
              .starts_with("BatchSizeLimitExceededException: "));
}

}  // namespace rialto::api::aws::comprehend
