#include "rialto/targets/api_destination.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "targets/api_destination_request.hpp"
#include "targets/api_destination_response.hpp"
#include "targets/oauth_tokens.hpp"
#include "targets/rate_limits.hpp"

namespace rialto::targets {

using delivery::Failed;
using delivery::Outcome;

namespace {

constexpr std::array kStatuses{"1xx", "2xx", "3xx", "4xx", "5xx"};

/// Looked up once each: to look one up costs more than to count with it.
class Calls {
public:
    explicit Calls(metrics::Registry& registry) {
        for (const auto* result : kStatuses)
            add(registry, result);
        for (const auto* result : {"invalid", "timeout", "connection_failure", "no_token"})
            add(registry, result);
    }

    void count(std::string_view result) const { by_result_.at(result)->add(); }
    void count(int status) const { count(kStatuses.at(static_cast<std::size_t>(std::clamp(status / 100, 1, 5) - 1))); }

private:
    void add(metrics::Registry& registry, const char* result) {
        by_result_[result] =
            &registry.counter("rialto_api_destination_calls_total",
                              "Calls of API destinations by result: the class of the status", {{"result", result}});
    }

    std::map<std::string_view, metrics::Counter*> by_result_;
};

}  // namespace

struct ApiDestinations::State {
    State(http::Client& c, const DestinationDirectory& d, const Clock& k, Timer& timer, metrics::Registry& m, Options o)
        : client{c}, directory{d}, clock{k}, options{o}, calls{m}, tokens{c, k, o.timeout, m}, limits{k, timer} {}

    Task<Outcome> call(const ApiDestination& destination, http::ClientRequest request);
    Task<Outcome> send(http::ClientRequest request, int& status);

    http::Client& client;
    const DestinationDirectory& directory;
    const Clock& clock;
    const Options options;
    const Calls calls;
    OAuthTokens tokens;
    RateLimits limits;
};

ApiDestinations::ApiDestinations(http::Client& client, const DestinationDirectory& directory, const Clock& clock,
                                 Timer& timer, metrics::Registry& metrics, Options options)
    : state_{std::make_unique<State>(client, directory, clock, timer, metrics, options)} {}

ApiDestinations::~ApiDestinations() = default;

bool ApiDestinations::reads_event(const model::TargetKind& kind) const {
    const auto& target = std::get<model::ApiDestinationTarget>(kind);
    return !target.headers.empty() || !target.query.empty() || !target.path_values.empty();
}

Task<Outcome> ApiDestinations::deliver(const delivery::Attempt& attempt) {
    const auto& target = std::get<model::ApiDestinationTarget>(attempt.target);
    auto destination = state_->directory.find(target.arn);
    if (!destination)
        co_return delivery::failed(std::move(destination).error());
    if (!destination->connection.authorized)
        co_return Failed{.error = {Errc::Unavailable, target.arn + " is inactive: its connection is not authorized"},
                         .code = "NO_PERMISSIONS"};
    auto request = compose(*destination, target, attempt);
    if (!request)
        co_return delivery::failed(std::move(request).error().within(target.arn));
    request->timeout = state_->options.timeout;
    co_return co_await state_->call(*destination, std::move(*request));
}

Task<Status> ApiDestinations::authorize(Connection connection) {
    if (!std::holds_alternative<Connection::OAuth>(connection.credentials))
        co_return Status{};
    const auto token = co_await state_->tokens.get(std::move(connection));
    if (!token)
        co_return token.error();
    co_return Status{};
}

/// A token from the cache may have been withdrawn: it gets a second call, with a fresh one.
Task<Outcome> ApiDestinations::State::call(const ApiDestination& destination, http::ClientRequest request) {
    const bool is_oauth = std::holds_alternative<Connection::OAuth>(destination.connection.credentials);
    while (true) {
        const auto too_long = co_await limits.wait_turn(destination.arn, destination.rate_per_second);
        if (too_long)
            co_return Failed{.error = {Errc::Unavailable, destination.arn + ": too many calls wait for their turn"},
                             .code = "THROTTLING",
                             .not_before = *too_long};
        int status = 0;
        if (!is_oauth)
            co_return co_await send(std::move(request), status);

        auto token = co_await tokens.get(destination.connection);
        if (!token) {
            calls.count("no_token");
            Failed failure = unanswered(std::move(token).error());
            failure.final = false;
            co_return failure;
        }
        set_token(request, token->value);
        auto copy = request;  // for the second call
        Outcome outcome = co_await send(std::move(copy), status);
        if (is_unauthorized(status))
            tokens.drop(destination.connection, token->value);
        if (!is_unauthorized(status) || token->is_fresh)
            co_return outcome;
    }
}

/// `status` is set if there was an answer.
Task<Outcome> ApiDestinations::State::send(http::ClientRequest request, int& status) {
    auto response = co_await client.send(std::move(request));
    if (!response) {
        Failed failure = unanswered(std::move(response).error());
        calls.count(failure.final ? "invalid" : failure.code == "TIMEOUT" ? "timeout" : "connection_failure");
        co_return failure;
    }
    status = response->status;
    calls.count(status);
    co_return outcome_of(*response, clock.now());
}

}  // namespace rialto::targets
