#include "targets/oauth_request.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <utility>

#include "rialto/json/value.hpp"
#include "targets/api_destination_request.hpp"
#include "targets/http_parameters.hpp"

namespace rialto::targets {
namespace {

bool is_visible(char c) { return c > ' ' && c < 0x7f; }

/// Seconds as a number, or as text, which some servers send.
std::optional<Duration> lifetime_of(const json::Value* value) {
    if (value == nullptr)
        return std::nullopt;
    auto seconds = value->as_double();
    if (const auto* text = value->as_string()) {
        std::int64_t whole = 0;
        const auto* const end = text->data() + text->size();
        const auto [rest, error] = std::from_chars(text->data(), end, whole);
        if (rest == end && error == std::errc{})
            seconds = static_cast<double>(whole);
    }
    if (!seconds)
        return std::nullopt;
    constexpr double kYear = 365.0 * 24 * 3600;
    return Duration{static_cast<Duration::rep>(std::clamp(*seconds, 0.0, kYear) * 1000)};
}

}  // namespace

Result<http::ClientRequest> token_request(const Connection::OAuth& oauth) {
    Fields form{{"grant_type", "client_credentials"},
                {"client_id", oauth.client_id},
                {"client_secret", oauth.client_secret.reveal()}};
    override_with(form, oauth.parameters.body);
    const bool is_get = oauth.method == "GET";
    Fields query = is_get ? form : Fields{};
    override_with(query, oauth.parameters.query);

    http::ClientRequest request;
    request.method = oauth.method;
    request.headers = {{"User-Agent", kUserAgent}, {"Accept", "application/json"}, {"Connection", "close"}};
    if (!is_get) {
        request.headers.set("Content-Type", "application/x-www-form-urlencoded");
        request.body = form_encode(form);
    }
    if (Status set = set_headers(request.headers, oauth.parameters.headers); !set)
        return std::move(set).error();
    auto url = fill_endpoint(oauth.endpoint, {}, query);
    if (!url)
        return std::move(url).error();
    request.url = std::move(*url);
    return request;
}

Result<GrantedToken> read_token(const http::ClientResponse& response) {
    if (response.status < 200 || response.status > 299)
        return Error{Errc::Rejected, "it answered " + std::to_string(response.status) + " " +
                                         std::string{http::reason_phrase(response.status)}};
    const auto body = json::parse(response.body, {.depth = 100, .reject_duplicate_keys = false});
    const json::Value* token = body ? body->find("access_token") : nullptr;
    const std::string* text = token != nullptr ? token->as_string() : nullptr;
    if (text == nullptr || text->empty() || !std::ranges::all_of(*text, is_visible))
        return Error{Errc::Rejected, "its answer holds no access_token"};
    return GrantedToken{Secret{*text}, lifetime_of(body->find("expires_in"))};
}

}  // namespace rialto::targets
