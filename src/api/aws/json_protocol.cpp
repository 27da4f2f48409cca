#include "api/aws/json_protocol.hpp"

#include <utility>

#include "api/aws/constraints.hpp"
#include "api/aws/deserialize.hpp"
#include "api/media_type.hpp"

namespace rialto::api::aws {
namespace {

constexpr const char* kJson = "application/x-amz-json-1.1";

/// What AWS's front says to a request of which it cannot tell the protocol.
http::Response not_of_this_protocol() {
    http::Response response;
    response.status = 404;
    response.headers.add("Content-Type", "text/xml");
    response.body = "<UnknownOperationException/>\n";
    return response;
}

http::Response answer(const Outcome<Output>& outcome) {
    http::Response response;
    if (!outcome)
        response = failure_answer(outcome.error());
    else if (*outcome)
        response.body = json::write(**outcome);
    response.headers.add("Content-Type", kJson);
    return response;
}

}  // namespace

JsonProtocol::JsonProtocol(std::vector<Service> services, bus::Identity ours) : ours_{std::move(ours)} {
    for (auto& service : services) {
        for (auto& operation : service.operations)
            operations_.emplace(service.prefix + '.' + operation.name, std::move(operation));
    }
}

Task<http::Response> JsonProtocol::respond(const http::Request& request) const {
    http::Response response;
    if (is_media_type(media_type(request), kJson)) {
        const auto outcome = co_await call(request);
        response = answer(outcome);
    } else {
        response = not_of_this_protocol();
    }
    response.headers.add("x-amzn-RequestId", request.id);
    co_return response;
}

/// AWS looks at the body before the target: what is no JSON is told so whatever the target.
Task<Outcome<Output>> JsonProtocol::call(const http::Request& request) const {
    const auto target = operations_.find(request.headers.find("X-Amz-Target").value_or(""));
    if (target == operations_.end()) {
        const auto readable = deserialize(request.body, structure("", {}));
        co_return std::unexpected{readable ? Failure{Exception::UnknownOperation, ""} : readable.error()};
    }
    const Operation& operation = target->second;
    auto input = deserialize(request.body, operation.input);
    if (!input)
        co_return std::unexpected{std::move(input.error())};
    if (auto kept = check_constraints(*input, operation.input); !kept)
        co_return std::unexpected{std::move(kept.error())};
    co_return co_await operation.run({std::move(*input), caller_of(request, ours_), request});
}

}  // namespace rialto::api::aws
