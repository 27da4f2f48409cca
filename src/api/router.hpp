#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/rest/query.hpp"
#include "rialto/async/task.hpp"
#include "rialto/http/message.hpp"

namespace rialto::api {

/// A request that found its endpoint.
struct Call {
    const http::Request& request;
    std::map<std::string, std::string, std::less<>> path;  ///< What stood for each {name} of the route, decoded.
    Query query;
};

using Endpoint = std::function<Task<http::Response>(Call)>;

/// What an endpoint takes as a body. Any: it looks at the type itself.
enum class Body { None, Any, Json, MergePatch, Form };

/// Finds the endpoint of a request. Filled at the start, then only read: thread-safe.
class Router {
public:
    /// `path` is like `/posts/{id}`; a segment without braces wins over one with them. HEAD goes to GET.
    void add(std::string method, std::string_view path, Body body, Endpoint endpoint);

    /// 404, 405 (with Allow), 415, or 204 for OPTIONS: what the head alone decides.
    std::optional<http::Response> refuse(const http::RequestHead& head) const;

    /// Calls the endpoint.
    Task<http::Response> respond(const http::Request& request) const;

private:
    struct Method {
        Body body = Body::None;
        Endpoint endpoint;
    };
    struct Route {
        http::Response refuse_method(std::string_view method) const;

        std::vector<std::string> segments;
        std::map<std::string, Method, std::less<>> methods;
    };
    const Route* find(std::string_view path) const;

    std::vector<Route> routes_;
};

}  // namespace rialto::api
