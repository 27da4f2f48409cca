#include "api/rest/patterns.hpp"

#include <expected>
#include <optional>
#include <string>
#include <utility>

#include "api/rest/answers.hpp"
#include "rialto/json/value.hpp"
#include "rialto/pattern/explain.hpp"

namespace rialto::api {
namespace {

/// Deeper than any event by the body around it.
constexpr json::ParseLimits kBody{.depth = 1001, .reject_half_pairs = false};

struct Question {
    std::string pattern;
    std::string event;
};

/// An object, or a string that holds one.
std::optional<std::string> text_of(const json::Value* value) {
    if (value == nullptr)
        return std::nullopt;
    if (const std::string* text = value->as_string())
        return *text;
    return value->as_object() ? std::optional{json::write(*value)} : std::nullopt;
}

std::expected<Question, http::Response> read(const http::Request& request) {
    const auto body = json::parse(request.body, kBody);
    if (!body)
        return std::unexpected{problem(400, "the body is not JSON: " + body.error().message)};
    auto pattern = text_of(body->find("pattern"));
    auto event = text_of(body->find("event"));
    if (!pattern || !event || body->as_object()->size() != 2)
        return std::unexpected{problem(
            422, R"(the body must be {"pattern": PATTERN, "event": EVENT}, each an object or a string with one)")};
    return Question{std::move(*pattern), std::move(*event)};
}

http::Response answer(const Question& question) {
    const auto pattern = pattern::Pattern::parse(question.pattern);
    if (!pattern)
        return problem(422, "the pattern is not valid: " + pattern.error().message);
    const auto explanation = pattern::explain(*pattern, question.event);
    return explanation ? json_text_answer(200, pattern::to_json(*explanation))
                       : problem(422, "the event is not valid: " + explanation.error().message);
}

Task<http::Response> explain(WorkerPool& pool, Call call) {
    const auto question = read(call.request);
    if (!question)
        co_return question.error();
    auto job = [&question]() -> Result<http::Response> { return answer(*question); };
    const auto answered = co_await pool.run(job);
    co_return answered ? *answered : problem(answered.error());
}

}  // namespace

void add_pattern_routes(Router& router, WorkerPool& pool) {
    router.add("POST", "/patterns/explain", Body::Json, [&pool](Call call) { return explain(pool, std::move(call)); });
}

}  // namespace rialto::api
