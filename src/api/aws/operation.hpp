#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "api/aws/errors.hpp"
#include "api/aws/shape.hpp"
#include "rialto/async/task.hpp"
#include "rialto/json/value.hpp"

namespace rialto::api::aws {

/// Nothing: the answer has no body.
using Output = std::optional<json::Object>;

/// One operation of a service.
struct Operation {
    std::string name;
    Shape input;
    /// Gets what is of the shape and keeps its constraints, so that required members are there and have their types.
    std::function<Task<Outcome<Output>>(json::Object)> run;
};

/// A service, as one that X-Amz-Target names.
struct Service {
    std::string prefix;
    std::vector<Operation> operations;
};

}  // namespace rialto::api::aws
