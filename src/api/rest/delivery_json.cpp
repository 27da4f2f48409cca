#include "api/rest/delivery_json.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "rialto/base/time.hpp"
#include "rialto/model/envelope.hpp"

namespace rialto::api {
namespace {

using Outcome = delivery::AttemptReport::Result;

constexpr std::array kOutcomes{std::pair{Outcome::Delivered, std::string_view{"delivered"}},
                               std::pair{Outcome::Retrying, std::string_view{"retrying"}},
                               std::pair{Outcome::GivenUp, std::string_view{"given-up"}},
                               std::pair{Outcome::Split, std::string_view{"split"}}};

/// What both kinds of attempt tell of it.
json::Object attempt(int number, TimePoint at, Duration duration, int status, const std::string& code,
                     const std::string& message, const std::string& response) {
    json::Object object{{"number", number}, {"at", to_rfc3339(at)}, {"durationMs", duration.count()}};
    if (status != 0)
        object.set("status", status);
    if (!code.empty()) {
        object.set("errorCode", code);
        object.set("errorMessage", message);
    }
    if (!response.empty())
        object.set("response", response);
    return object;
}

}  // namespace

json::Value stored_json(const std::string& text) {
    auto value = json::parse(text, model::kEnvelopeLimits);
    return value ? std::move(*value) : json::Value{text};
}

json::Object attempt_json(const storage::FailedAttempt& failed) {
    return attempt(failed.number, failed.at, failed.duration, failed.status, failed.code, failed.message,
                   failed.response);
}

json::Array attempts_json(const std::vector<storage::FailedAttempt>& attempts) {
    json::Array array;
    for (const storage::FailedAttempt& failed : attempts)
        array.emplace_back(attempt_json(failed));
    return array;
}

json::Object attempt_json(const inspection::LoggedAttempt& logged) {
    const delivery::AttemptReport& report = logged.report;
    json::Object object = attempt(report.attempts, report.at, report.duration, report.status, report.error_code,
                                  report.error_message, report.response);
    object.set("outcome", word_for(report.result));
    object.set("deliveryId", std::to_string(report.delivery));
    object.set("eventId", report.event_id);
    object.set("bus", report.bus);
    object.set("ruleArn", report.rule);
    object.set("target", json::Object{{"id", report.target_id}, {"type", report.target_kind}});
    if (!report.part.empty())
        object.set("part", report.part);
    return object;
}

std::string_view word_for(Outcome outcome) {
    for (const auto& [known, word] : kOutcomes)
        if (known == outcome)
            return word;
    return "";
}

std::optional<Outcome> outcome_of(std::string_view word) {
    for (const auto& [outcome, known] : kOutcomes)
        if (known == word)
            return outcome;
    return std::nullopt;
}

std::int64_t id_from(std::string_view text) {
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    return error == std::errc{} && end == text.data() + text.size() && id > 0 ? id : 0;
}

std::optional<std::string> optional_text(const Query& query, std::string_view name) {
    const std::string* text = query.find(name);
    return text ? std::optional{*text} : std::nullopt;
}

}  // namespace rialto::api
