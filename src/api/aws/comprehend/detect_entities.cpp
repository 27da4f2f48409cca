#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/aws/comprehend/operations.hpp"
#include "rialto/entities/groups.hpp"

namespace rialto::api::aws::comprehend {
namespace {

constexpr std::size_t kMostBytes = 100'000;
constexpr std::size_t kMostBytesInBatch = 5'000;
constexpr std::size_t kMostTexts = 25;

Shape text() { return string().at_least(1); }

Shape language() {
    return string().one_of({"ar", "hi", "ko", "zh-TW", "ja", "zh", "de", "pt", "en", "it", "fr", "es"});
}

std::string too_long(std::size_t bytes, std::size_t most) {
    return "Input text size exceeds limit. Max length of request text allowed is " + std::to_string(most) +
           " bytes while in this request the text size is " + std::to_string(bytes) + " bytes";
}

/// The model is of English.
Outcome<void> check_language(const json::Object& input) {
    const json::Value* code = input.find("LanguageCode");
    if (code == nullptr)
        return failure(Exception::InvalidRequest, "LanguageCode is required unless an EndpointArn is given.");
    if (*code->as_string() != "en")
        return failure(Exception::UnsupportedLanguage,
                       "Provided language \"" + *code->as_string() + "\" is not supported: only \"en\" is.");
    return {};
}

json::Array to_array(std::string_view text, const std::vector<entities::Entity>& found) {
    json::Array mentions;
    entities::CodePoints points{text};
    for (const entities::Entity& entity : found) {
        const auto begin = static_cast<std::int64_t>(points.before(entity.begin));
        const auto end = static_cast<std::int64_t>(points.before(entity.end));
        mentions.emplace_back(json::Object{{"Score", static_cast<double>(entity.score)},
                                           {"Type", entities::name_of(entity.type)},
                                           {"Text", text.substr(entity.begin, entity.end - entity.begin)},
                                           {"BeginOffset", begin},
                                           {"EndOffset", end}});
    }
    return mentions;
}

/// What is of custom recognizers and of documents has no place here.
Outcome<void> check_plain(const json::Object& input) {
    if (input.find("EndpointArn") != nullptr)
        return failure(Exception::ResourceUnavailable, "There are no custom entity recognizers here.");
    if (input.find("Bytes") != nullptr || input.find("DocumentReaderConfig") != nullptr)
        return failure(Exception::InvalidRequest, "Documents are not read here: only Text is.");
    if (input.find("Text") == nullptr)
        return failure(Exception::InvalidRequest, "Text is required.");
    return check_language(input);
}

Task<Outcome<Output>> detect(const targets::EntityReader& reader, Invocation call) {
    if (auto plain = check_plain(call.input); !plain)
        co_return std::unexpected{std::move(plain.error())};
    const std::string text = *call.input.find("Text")->as_string();
    if (text.size() > kMostBytes)
        co_return failure(Exception::TextSizeLimitExceeded, too_long(text.size(), kMostBytes));
    const auto found = co_await reader.read(text);
    if (!found)
        co_return std::unexpected{to_failure(found.error())};
    co_return Output{json::Object{{"Entities", to_array(text, *found)}}};
}

/// A text that is too long is an error of its own; the others are read.
Task<Outcome<Output>> detect_all(const targets::EntityReader& reader, Invocation call) {
    const json::Array& texts = *call.input.find("TextList")->as_array();
    if (texts.size() > kMostTexts)
        co_return failure(Exception::BatchSizeLimitExceeded,
                          "Batch size exceeds limit. Max number of documents allowed is " + std::to_string(kMostTexts) +
                              " while in this request it is " + std::to_string(texts.size()));
    if (auto known = check_language(call.input); !known)
        co_return std::unexpected{std::move(known.error())};
    json::Array results;
    json::Array errors;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const auto index = static_cast<std::int64_t>(i);
        const std::string text = *texts[i].as_string();
        if (text.size() > kMostBytesInBatch) {
            errors.emplace_back(json::Object{{"Index", index},
                                             {"ErrorCode", "TEXT_SIZE_LIMIT_EXCEEDED"},
                                             {"ErrorMessage", too_long(text.size(), kMostBytesInBatch)}});
            continue;
        }
        const auto found = co_await reader.read(text);
        if (!found)
            co_return std::unexpected{to_failure(found.error())};
        results.emplace_back(json::Object{{"Index", index}, {"Entities", to_array(text, *found)}});
    }
    co_return Output{json::Object{{"ResultList", std::move(results)}, {"ErrorList", std::move(errors)}}};
}

}  // namespace

Operation detect_entities(const targets::EntityReader& reader) {
    return {.name = "DetectEntities",
            .input = structure(
                "DetectEntitiesRequest",
                {optional("Text", text()), optional("LanguageCode", language()), optional("EndpointArn", string()),
                 optional("Bytes", string()), optional("DocumentReaderConfig", structure("DocumentReaderConfig", {}))}),
            .run = [&reader](Invocation call) { return detect(reader, std::move(call)); }};
}

Operation batch_detect_entities(const targets::EntityReader& reader) {
    return {.name = "BatchDetectEntities",
            .input = structure("BatchDetectEntitiesRequest",
                               {required("TextList", list(text()).at_least(1)), required("LanguageCode", language())}),
            .run = [&reader](Invocation call) { return detect_all(reader, std::move(call)); }};
}

}  // namespace rialto::api::aws::comprehend
