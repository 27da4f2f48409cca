#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "api/aws/operation.hpp"
#include "rialto/async/task.hpp"
#include "rialto/http/message.hpp"

namespace rialto::api::aws {

/// AWS JSON 1.0 and 1.1, whichever a service has: an operation is named by the header X-Amz-Target, its input and
/// output are JSON. Immutable, so thread-safe.
class JsonProtocol {
public:
    JsonProtocol(const std::vector<Service>& services, bus::Identity ours);

    /// Answers a `POST`, whatever it is: what is no request of this protocol as AWS does.
    Task<http::Response> respond(const http::Request& request) const;

private:
    struct Bound {
        Operation operation;
        std::string media_type;
        Outcome<void> (*check)(const json::Object& input, const Shape& shape);
    };
    const Bound* find(const http::Request& request) const;
    std::string spoken(const http::Request& request, const Bound* bound) const;
    Task<Outcome<Output>> call(const http::Request& request, const Bound* bound) const;

    const bus::Identity ours_;
    std::map<std::string, Bound, std::less<>> operations_;  // by target
    std::set<std::string> media_types_;
};

}  // namespace rialto::api::aws
