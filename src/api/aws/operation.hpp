#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "api/aws/caller.hpp"
#include "api/aws/constraints.hpp"
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
    Shape output{};  ///< A structure, of which the Query protocol makes XML; otherwise there is nothing in the answer.
};

/// A service and how it is spoken to.
struct Service {
    std::string prefix;  ///< In X-Amz-Target.
    std::vector<Operation> operations;
    std::string media_type = "application/x-amz-json-1.1";
    /// Holds inputs to their shapes.
    Outcome<void> (*check)(const json::Object& input, const Shape& shape) = check_constraints;
    struct QuerySide {
        std::string version;
        std::string xml_namespace;
        std::string path_parameter;  ///< The input for which the path stands, unless it is given; may be empty.
    };
    std::optional<QuerySide> query{};  ///< It speaks the Query protocol, too.
};

}  // namespace rialto::api::aws
