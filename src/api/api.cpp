#include "rialto/api/api.hpp"

#include <atomic>
#include <utility>
#include <vector>

#include "api/aws/comprehend/operations.hpp"
#include "api/aws/events/operations.hpp"
#include "api/aws/json_protocol.hpp"
#include "api/aws/query_protocol.hpp"
#include "api/aws/sqs/operations.hpp"
#include "api/media_type.hpp"
#include "api/overload.hpp"
#include "api/rest/answers.hpp"
#include "api/rest/dead_letters.hpp"
#include "api/rest/deliveries.hpp"
#include "api/rest/events.hpp"
#include "api/rest/feed.hpp"
#include "api/rest/patterns.hpp"
#include "api/rest/posts.hpp"
#include "api/rest/replays.hpp"
#include "api/rest/subscriptions.hpp"
#include "api/router.hpp"
#include "api/testing/routes.hpp"

namespace rialto::api {

struct Api::State {
    State(const Rooms& r, ApiOptions o)
        : rooms{r},
          options{std::move(o)},
          feed{r.feed, {options.feed_waiters, options.feed_heartbeat}},
          services{aws::events::service(
                       {r.catalog, r.bus, r.store.archives(), r.computing, r.clock, r.random, options.quotas}),
                   aws::sqs::service(r.queues), aws::comprehend::service(r.entities)},
          json_protocol{services, r.bus.identity()},
          query_protocol{services, r.bus.identity(), [this](const std::string& operation) {
                             return is_refused_by_limits(operation, rooms.admission);
                         }} {
        add_post_routes(router, rooms.posts);
        feed.add_routes(router);
        add_subscription_routes(router, rooms.subscriptions);
        add_dead_letter_routes(router, rooms.store, rooms.dispatcher, rooms.clock);
        add_delivery_routes(router, rooms.store, rooms.attempts, rooms.unmatched, rooms.catalog, rooms.computing);
        add_event_routes(router, rooms.bus, rooms.clock);
        add_pattern_routes(router, rooms.computing);
        add_replay_routes(router,
                          {rooms.catalog, rooms.store.archives(), rooms.clock, options.quotas.concurrent_replays});
        for (const auto* path : {"/", "/{account}/{queue}"})
            router.add("POST", path, Body::Any, [this](Call call) { return answer_aws(call.request); });
        if (rooms.testing)
            add_testing_routes(*rooms.testing);
        add("/", [this](const http::RequestHead&) { return index(); });
        add("/ws", [this](const http::RequestHead& head) { return rooms.websocket.upgrade(head); });
        add("/livez", [](const http::RequestHead&) { return json_answer(200, json::Object{{"status", "live"}}); });
        add("/readyz", [this](const http::RequestHead&) { return readiness(); });
        add("/metrics", [this](const http::RequestHead&) {
            return text_answer(200, "text/plain; version=0.0.4; charset=utf-8", rooms.metrics.text());
        });
    }

    void add_testing_routes(const TestRooms& tests) {
        add_reset_route(router, tests);
        add_recent_event_routes(router, tests);
        add_fire_route(router, rooms.catalog, rooms.bus, rooms.clock, rooms.random);
        add_clock_routes(router, tests, rooms.clock);
    }

    Task<http::Response> answer_aws(const http::Request& request) const {
        const bool form = is_media_type(media_type(request), "application/x-www-form-urlencoded");
        return form ? query_protocol.respond(request) : json_protocol.respond(request);
    }

    /// Adds a GET that answers at once.
    template <class Answer>
    void add(std::string_view path, Answer answer) {
        router.add("GET", path, Body::None, [answer](Call call) { return at_once(answer(call.request)); });
    }
    static Task<http::Response> at_once(http::Response response) { co_return response; }

    http::Response index() const {
        return json_answer(200, json::Object{{"name", "rialto"},
                                             {"version", options.version},
                                             {"posts", "/posts"},
                                             {"changes", "/posts/changes"},
                                             {"subscriptions", "/topics/{topic}/subscriptions"},
                                             {"deadLetters", "/dead-letters"},
                                             {"deliveries", "/deliveries"},
                                             {"replays", "/replays"},
                                             {"events", "/events"},
                                             {"websocket", "/ws"},
                                             {"aws", "/"},
                                             {"health", json::Array{"/livez", "/readyz"}},
                                             {"metrics", "/metrics"}});
    }

    http::Response readiness() const {
        const Status healthy = rooms.store.health();
        if (healthy && !stopping)
            return json_answer(200, json::Object{{"status", "ready"}, {"storage", "ok"}});
        http::Response response = json_answer(503, json::Object{{"status", stopping ? "stopping" : "not ready"},
                                                                {"storage", healthy ? "ok" : healthy.error().message}});
        response.headers.add("Retry-After", "1");
        return response;
    }

    const Rooms rooms;
    const ApiOptions options;
    FeedApi feed;
    const std::vector<aws::Service> services;
    const aws::JsonProtocol json_protocol;
    const aws::QueryProtocol query_protocol;
    Router router;
    std::atomic<bool> stopping = false;
};

Api::Api(const Rooms& rooms, ApiOptions options) : state_{std::make_unique<State>(rooms, std::move(options))} {}
Api::~Api() = default;

std::optional<http::Response> Api::refuse(const http::RequestHead& head) {
    if (auto refused = refuse_by_limits(head, state_->rooms.admission))
        return refused;
    return state_->router.refuse(head);
}

Task<http::Response> Api::respond(const http::Request& request) { return state_->router.respond(request); }

http::Response Api::fault(int status, std::string_view reason) { return problem(status, reason); }

void Api::begin_stop() {
    state_->stopping = true;
    if (state_->rooms.testing)
        state_->rooms.testing->recent.close();
}

}  // namespace rialto::api
