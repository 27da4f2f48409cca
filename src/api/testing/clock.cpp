#include <utility>

#include "api/rest/answers.hpp"
#include "api/testing/duration.hpp"
#include "api/testing/routes.hpp"
#include "rialto/base/time.hpp"

namespace rialto::api {
namespace {

constexpr Duration kMostAtOnce = std::chrono::days{3650};

http::Response shown(const TestRooms& rooms, const Clock& clock) {
    const Duration offset = rooms.time ? rooms.time->clock().offset() : 0ms;
    return json_answer(200, json::Object{{"now", to_rfc3339(clock.now())},
                                         {"clock", rooms.time ? "virtual" : "system"},
                                         {"offsetSeconds", std::chrono::duration<double>{offset}.count()}});
}

http::Response advance(const TestRooms& rooms, const Clock& clock, const http::Request& request) {
    if (!rooms.time)
        return problem(409, "the clock is the system's; set testing.clock to virtual to put it forward");
    const auto body = json::parse(request.body);
    if (!body)
        return problem(body.error());
    const json::Value* by = body->find("by");
    if (!by || !by->as_string())
        return problem(400, "the body must be an object with \"by\", a duration such as \"1h\"");
    const auto duration = read_duration(*by->as_string(), kMostAtOnce);
    if (!duration)
        return problem(400, "by " + duration.error().message);
    if (!rooms.time->advance(*duration))
        return problem(409, "the clock would be more than a hundred years ahead");
    return shown(rooms, clock);
}

Task<http::Response> at_once(http::Response response) { co_return response; }

}  // namespace

void add_clock_routes(Router& router, const TestRooms& rooms, const Clock& clock) {
    router.add("GET", "/_rialto/clock", Body::None,
               [&rooms, &clock](const Call&) { return at_once(shown(rooms, clock)); });
    router.add("POST", "/_rialto/clock/advance", Body::Json,
               [&rooms, &clock](const Call& call) { return at_once(advance(rooms, clock, call.request)); });
}

}  // namespace rialto::api
