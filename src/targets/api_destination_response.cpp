#include "targets/api_destination_response.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "rialto/http/date.hpp"

namespace rialto::targets {
namespace {

/// Longer than any event is tried.
constexpr Duration kLongestWait = std::chrono::hours{48};

bool is_retried(int status) {
    return is_unauthorized(status) || status == 409 || status == 429 || (status >= 500 && status < 600);
}

/// How long the answer asks to wait; negative: for ever. Nothing if it does not, or not as HTTP has it.
std::optional<Duration> retry_after(const http::Headers& headers, TimePoint now) {
    const auto field = headers.find("Retry-After");
    if (!field)
        return std::nullopt;
    std::int64_t seconds = 0;
    const auto* const end = field->data() + field->size();
    const auto [rest, error] = std::from_chars(field->data(), end, seconds);
    if (rest == end && error == std::errc{}) {
        const std::int64_t most = std::chrono::seconds{std::chrono::hours{48}}.count();
        return std::chrono::seconds{std::clamp<std::int64_t>(seconds, -1, most)};
    }
    if (error == std::errc::result_out_of_range && rest == end)
        return field->starts_with('-') ? Duration{-1} : kLongestWait;
    const auto date = http::from_http_date(std::string{*field});
    if (!date)
        return std::nullopt;
    return std::clamp(*date - now, Duration{0}, kLongestWait);
}

}  // namespace

bool is_unauthorized(int status) { return status == 401 || status == 407; }

delivery::Outcome outcome_of(const http::ClientResponse& response, TimePoint now) {
    const int status = response.status;
    if (status >= 200 && status < 300)
        return delivery::Delivered{.status = status, .response = delivery::excerpt_of(response.body)};
    const bool is_worth_it = is_retried(status);
    const auto wait = is_worth_it ? retry_after(response.headers, now) : std::nullopt;
    const bool is_final = !is_worth_it || (wait && *wait < Duration{0});
    return delivery::Failed{.error = {is_final ? Errc::Rejected : Errc::Unavailable,
                                      "the API destination answered " + std::to_string(status) + " " +
                                          std::string{http::reason_phrase(status)}},
                            .code = status == 429 ? "THROTTLING" : "ERROR_FROM_TARGET",
                            .final = is_final,
                            .not_before = is_final ? Duration{0} : wait.value_or(Duration{0}),
                            .status = status,
                            .response = delivery::excerpt_of(response.body)};
}

delivery::Failed unanswered(Error error) {
    const bool is_connection = error.code == Errc::Unavailable;
    delivery::Failed failure = delivery::failed(std::move(error));
    if (is_connection)
        failure.code = "CONNECTION_FAILURE";
    return failure;
}

}  // namespace rialto::targets
