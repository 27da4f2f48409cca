#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "api/aws/caller.hpp"
#include "api/aws/errors.hpp"
#include "api/aws/shape.hpp"
#include "rialto/async/task.hpp"
#include "rialto/http/message.hpp"
#include "rialto/json/value.hpp"

namespace rialto::api::aws {

/// Nothing: the answer has no body.
using Output = std::optional<json::Object>;

/// One request for an operation.
struct Invocation {
    /// What is of the operation's shape and keeps its constraints, so that required members are there and have their
    /// types.
    json::Object input;
    Caller caller;
    const http::RequestHead& request;  ///< Lives until the operation has answered.
};

/// One operation of a service.
struct Operation {
    std::string name;
    Shape input;
    std::function<Task<Outcome<Output>>(Invocation)> run;
};

/// A service, as one that X-Amz-Target names.
struct Service {
    std::string prefix;
    std::vector<Operation> operations;
};

}  // namespace rialto::api::aws
