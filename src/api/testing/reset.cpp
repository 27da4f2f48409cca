#include "api/rest/answers.hpp"
#include "api/testing/routes.hpp"

namespace rialto::api {
namespace {

Task<http::Response> reset(const TestRooms& rooms) {
    const Status done = co_await rooms.reset();
    if (!done)
        co_return problem(done.error());
    http::Response response;
    response.status = 204;
    co_return response;
}

}  // namespace

void add_reset_route(Router& router, const TestRooms& rooms) {
    router.add("POST", "/_rialto/reset", Body::Any, [&rooms](const Call&) { return reset(rooms); });
}

}  // namespace rialto::api
