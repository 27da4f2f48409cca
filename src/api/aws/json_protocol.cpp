#include "api/aws/json_protocol.hpp"

#include <utility>

#include "api/aws/deserialize.hpp"
#include "api/media_type.hpp"

namespace rialto::api::aws {
namespace {

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
    return response;
}

}  // namespace

JsonProtocol::JsonProtocol(const std::vector<Service>& services, bus::Identity ours) : ours_{std::move(ours)} {
    for (const auto& service : services) {
        media_types_.insert(service.media_type);
        for (const auto& operation : service.operations)
            operations_.emplace(service.prefix + '.' + operation.name,
                                Bound{operation, service.media_type, service.check});
    }
}

const JsonProtocol::Bound* JsonProtocol::find(const http::Request& request) const {
    const auto found = operations_.find(request.headers.find("X-Amz-Target").value_or(""));
    return found == operations_.end() ? nullptr : &found->second;
}

/// The media type in which request and answer are spoken; empty if it is not that of the operation, or of any service.
std::string JsonProtocol::spoken(const http::Request& request, const Bound* bound) const {
    const auto given = media_type(request);
    for (const auto& type : media_types_)
        if (is_media_type(given, type) && (bound == nullptr || bound->media_type == type))
            return type;
    return {};
}

Task<http::Response> JsonProtocol::respond(const http::Request& request) const {
    http::Response response;
    const Bound* bound = find(request);
    const std::string type = spoken(request, bound);
    if (type.empty()) {
        response = not_of_this_protocol();
    } else {
        const auto outcome = co_await call(request, bound);
        response = answer(outcome);
        response.headers.add("Content-Type", type);
    }
    response.headers.add("x-amzn-RequestId", request.id);
    co_return response;
}

/// AWS looks at the body before the target: what is no JSON is told so whatever the target.
Task<Outcome<Output>> JsonProtocol::call(const http::Request& request, const Bound* bound) const {
    if (bound == nullptr) {
        const auto readable = deserialize(request.body, structure("", {}));
        co_return std::unexpected{readable ? Failure{Exception::UnknownOperation, ""} : readable.error()};
    }
    const Operation& operation = bound->operation;
    auto input = deserialize(request.body, operation.input);
    if (!input)
        co_return std::unexpected{std::move(input.error())};
    if (auto kept = bound->check(*input, operation.input); !kept)
        co_return std::unexpected{std::move(kept.error())};
    co_return co_await operation.run({std::move(*input), caller_of(request, ours_), request});
}

}  // namespace rialto::api::aws
