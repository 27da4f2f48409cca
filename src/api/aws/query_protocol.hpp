#pragma once

#include <functional>
#include <string>
#include <vector>

#include "api/aws/operation.hpp"
#include "api/rest/query.hpp"
#include "rialto/async/task.hpp"
#include "rialto/http/message.hpp"

namespace rialto::api::aws {

/// The Query protocol: the parameter Action names an operation, other parameters are its input, its output is XML. Same
/// operations as those of the JSON protocol. Immutable, so thread-safe; the throttle must be, too.
class QueryProtocol {
public:
    /// Whether requests for an operation, by its name as in X-Amz-Target, are turned away at the moment.
    using Throttle = std::function<bool(const std::string& operation)>;

    /// Of the services those that speak it.
    QueryProtocol(const std::vector<Service>& services, bus::Identity ours, Throttle throttle);

    /// Answers a `POST` of a form.
    Task<http::Response> respond(const http::Request& request) const;

private:
    struct Found {
        const Service& service;
        const Operation& operation;
    };
    Outcome<Found> find(const Query& parameters) const;
    Task<http::Response> call(const http::Request& request, const Query& parameters) const;

    const bus::Identity ours_;
    const Throttle throttle_;
    std::vector<Service> services_;
};

}  // namespace rialto::api::aws
