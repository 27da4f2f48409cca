#include "targets/api_destination_request.hpp"

#include <optional>
#include <utility>

#include "rialto/base/encoding.hpp"
#include "rialto/json/value.hpp"
#include "rialto/model/envelope.hpp"
#include "rialto/model/path.hpp"
#include "targets/http_parameters.hpp"

namespace rialto::targets {
namespace {

constexpr std::size_t kMaxBody = 64 << 10;

/// What a target's value stands for: itself, or what is found in the event. Nothing if its path leads nowhere.
std::optional<std::string> resolve(const std::string& value, const json::Value& event) {
    if (!value.starts_with("$."))
        return value;
    const auto path = model::Path::parse(value);
    if (!path)
        return value;
    const auto found = path->find(event);
    if (!found || found->is_null())
        return std::nullopt;
    const auto* text = found->as_string();
    return text != nullptr ? *text : json::write(*found);
}

Fields resolve(const Fields& fields, const json::Value& event) {
    Fields resolved;
    for (const auto& [name, value] : fields)
        if (auto text = resolve(value, event))
            resolved.emplace_back(name, std::move(*text));
    return resolved;
}

std::vector<std::string> resolve(const std::vector<std::string>& values, const json::Value& event) {
    std::vector<std::string> resolved;
    for (const auto& value : values)
        resolved.push_back(resolve(value, event).value_or(std::string{}));
    return resolved;
}

Fields authorization(const Connection& connection) {
    if (const auto* basic = std::get_if<Connection::Basic>(&connection.credentials))
        return {{"Authorization", "Basic " + to_base64(basic->user + ":" + basic->password.reveal())}};
    if (const auto* key = std::get_if<Connection::ApiKey>(&connection.credentials))
        return {{key->name, key->value.reveal()}};
    return {};
}

/// As AWS has them, but for `Connection: close`: here a connection serves many calls.
Result<http::Headers> headers_of(const Connection& connection, const Fields& of_target) {
    http::Headers headers{{"User-Agent", kUserAgent},
                          {"Content-Type", "application/json; charset=utf-8"},
                          {"Range", "bytes=0-1048575"},
                          {"Accept-Encoding", "gzip,deflate"}};
    for (const auto& layer : {of_target, connection.invocation.headers, authorization(connection)})
        if (Status set = set_headers(headers, layer); !set)
            return std::move(set).error();
    return headers;
}

Result<std::string> body_of(const std::string& payload, const Fields& parameters) {
    std::string body = payload;
    if (!parameters.empty()) {
        auto merged = json::parse(payload, model::kEnvelopeLimits);
        json::Object* object = merged ? merged->as_object() : nullptr;
        if (object == nullptr)
            return Error{Errc::InvalidArgument,
                         "the connection has body parameters, but the body is not a JSON object"};
        for (const auto& [name, value] : parameters)
            object->set(name, value);
        body = json::write(*merged);
    }
    if (body.size() > kMaxBody)
        return Error{Errc::InvalidArgument, "the body of the call is larger than 64 KiB"};
    return body;
}

}  // namespace

Result<http::ClientRequest> compose(const ApiDestination& destination, const model::ApiDestinationTarget& target,
                                    const delivery::Attempt& attempt) {
    const Connection& connection = destination.connection;
    Fields query = resolve(target.query, attempt.event);
    override_with(query, connection.invocation.query);
    auto url = fill_endpoint(destination.endpoint, resolve(target.path_values, attempt.event), query);
    if (!url)
        return std::move(url).error();
    auto headers = headers_of(connection, resolve(target.headers, attempt.event));
    if (!headers)
        return std::move(headers).error();
    auto body = body_of(attempt.payload, connection.invocation.body);
    if (!body)
        return std::move(body).error();
    http::ClientRequest request;
    request.method = destination.method;
    request.url = std::move(*url);
    request.headers = std::move(*headers);
    request.body = std::move(*body);
    return request;
}

void set_token(http::ClientRequest& request, const Secret& token) {
    request.headers.set("Authorization", "Bearer " + token.reveal());
}

}  // namespace rialto::targets
