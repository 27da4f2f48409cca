#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "api/aws/operation.hpp"
#include "rialto/async/task.hpp"
#include "rialto/http/message.hpp"

namespace rialto::api::aws {

/// AWS JSON 1.1: an operation is named by the header X-Amz-Target, its input and output are JSON. Immutable, so
/// thread-safe.
class JsonProtocol {
public:
    JsonProtocol(std::vector<Service> services, bus::Identity ours);

    /// Answers a `POST /`, whatever it is: what is no request of this protocol as AWS does.
    Task<http::Response> respond(const http::Request& request) const;

private:
    Task<Outcome<Output>> call(const http::Request& request) const;

    const bus::Identity ours_;
    std::map<std::string, Operation, std::less<>> operations_;  // by target
};

}  // namespace rialto::api::aws
