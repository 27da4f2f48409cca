#include "api/router.hpp"

#include <algorithm>
#include <utility>

#include "api/media_type.hpp"
#include "api/rest/answers.hpp"
#include "rialto/base/encoding.hpp"
#include "rialto/base/utf8.hpp"

namespace rialto::api {
namespace {

std::vector<std::string_view> split(std::string_view path) {
    std::vector<std::string_view> segments;
    path.remove_prefix(path.starts_with('/') ? 1 : 0);
    while (true) {
        const auto slash = path.find('/');
        segments.push_back(path.substr(0, slash));
        if (slash == std::string_view::npos)
            return segments;
        path.remove_prefix(slash + 1);
    }
}

bool is_variable(std::string_view segment) { return segment.starts_with('{'); }

bool fits(const std::vector<std::string>& route, const std::vector<std::string_view>& path) {
    return std::ranges::equal(route, path, [](std::string_view want, std::string_view got) {
        return is_variable(want) ? !got.empty() : want == got;
    });
}

std::string_view accepted(Body body) {
    switch (body) {
        case Body::Json:
            return "application/json";
        case Body::MergePatch:
            return "application/merge-patch+json";
        case Body::Form:
            return "application/x-www-form-urlencoded";
        case Body::None:
        case Body::Any:
            return "";
    }
    return "";
}

bool takes(Body body, std::string_view type) {
    return body == Body::None || body == Body::Any || is_media_type(type, accepted(body)) ||
           (body == Body::MergePatch && is_media_type(type, "application/json")) ||
           (body == Body::Form && (type.empty() || is_media_type(type, "multipart/form-data")));
}

}  // namespace

void Router::add(std::string method, std::string_view path, Body body, Endpoint endpoint) {
    const auto words = split(path);
    std::vector<std::string> segments{words.begin(), words.end()};
    auto route = std::ranges::find(routes_, segments, &Route::segments);
    if (route == routes_.end())
        route = routes_.insert(routes_.end(), Route{std::move(segments), {}});
    route->methods.insert_or_assign(std::move(method), Method{body, std::move(endpoint)});
    // Those with the fewest variables come first, so that a word wins over a variable.
    std::ranges::sort(routes_, {}, [](const Route& r) { return std::ranges::count_if(r.segments, is_variable); });
}

const Router::Route* Router::find(std::string_view path) const {
    const auto segments = split(path);
    const auto route = std::ranges::find_if(routes_, [&](const Route& r) { return fits(r.segments, segments); });
    return route == routes_.end() ? nullptr : &*route;
}

http::Response Router::Route::refuse_method(std::string_view method) const {
    std::string allowed = "OPTIONS";
    for (const auto& [name, ignored] : methods)
        allowed += name == "GET" ? ", GET, HEAD" : ", " + name;
    http::Response response = problem(405, "this takes " + allowed);
    if (method == "OPTIONS") {
        response = {};
        response.status = 204;
    }
    response.headers.add("Allow", allowed);
    return response;
}

std::optional<http::Response> Router::refuse(const http::RequestHead& head) const {
    const Route* route = find(head.path);
    if (route == nullptr)
        return problem(404, "there is nothing at " + std::string{utf8_prefix(head.path, 200)});

    const auto method = route->methods.find(head.method == "HEAD" ? "GET" : head.method);
    if (method == route->methods.end())
        return route->refuse_method(head.method);
    if (!takes(method->second.body, media_type(head))) {
        http::Response response = problem(415, "the body must be " + std::string{accepted(method->second.body)});
        if (head.method == "PATCH" || head.method == "POST")
            response.headers.add(head.method == "PATCH" ? "Accept-Patch" : "Accept-Post",
                                 std::string{accepted(method->second.body)});
        return response;
    }
    return std::nullopt;
}

Task<http::Response> Router::respond(const http::Request& request) const {
    const Route* route = find(request.path);
    const auto method = route->methods.find(request.method == "HEAD" ? "GET" : request.method);
    auto query = Query::parse(request.query);
    if (!query)
        co_return problem(query.error());
    Call call{request, {}, std::move(*query)};
    const auto segments = split(request.path);
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const std::string& name = route->segments[i];
        if (!is_variable(name))
            continue;
        auto value = percent_decode(segments[i]);
        if (!value || !is_utf8(*value))
            co_return problem(400, "the path is not well-formed");
        call.path.emplace(name.substr(1, name.size() - 2), std::move(*value));
    }
    co_return co_await method->second.endpoint(std::move(call));
}

}  // namespace rialto::api
