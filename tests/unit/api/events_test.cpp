#include "api/rest/events.hpp"

#include "tests/support/bus_world.hpp"

namespace rialto::api {
namespace {

using testing::rule;

constexpr const char* kStructured = "application/cloudevents+json";
constexpr const char* kBatch = "application/cloudevents-batch+json";

struct EventsTest : testing::BusWorld {
    EventsTest() {
        apply({{"default", {rule("all", kAny)}}, {"orders", {rule("orders", kAny)}}});
        add_event_routes(router, *bus, clock);
    }

    http::Response post(const std::string& type, const std::string& body, const std::string& query = "") {
        http::Request request;
        request.method = "POST";
        request.path = "/events";
        request.query = query;
        request.headers = {{"Content-Type", type}};
        request.body = body;
        auto response = run(router.respond(request));
        settle();
        return response;
    }

    static std::string event(const std::string& id, const std::string& more = "") {
        return R"({"specversion":"1.0","id":")" + id + R"(","source":"/shop","type":"order")" + more + "}";
    }

    static std::vector<std::string> ids(const http::Response& response) {
        std::vector<std::string> ids;
        const json::Value body = json::parse(response.body).value();
        for (const json::Value& one : *body.find("events")->as_array())
            ids.push_back(*one.find("id")->as_string());
        return ids;
    }

    Router router;
};

TEST_CASE_METHOD(EventsTest, "a CloudEvent is an event on the default bus", "[events]") {
    const auto response = post(kStructured, event("7", R"(,"subject":"order/1","data":{"total":10.50})"));

    CHECK(response.status == 202);
    const auto events = heard("all");
    REQUIRE(events.size() == 1);
    CHECK(*events[0].find("id")->as_string() == ids(response).at(0));
    CHECK(*events[0].find("account")->as_string() == bus->identity().account);
    CHECK(*events[0].find("region")->as_string() == bus->identity().region);
    CHECK(*events[0].find("time")->as_string() == "2026-01-01T00:00:00Z");
    CHECK(json::write(*events[0].find("resources")) == R"(["order/1"])");
    CHECK(json::write(*events[0].find("detail")) == R"({"total":10.50,"_cloudevents":{"id":"7"}})");
}

TEST_CASE_METHOD(EventsTest, "a CloudEvent's trace context is the event's trace header", "[events]") {
    post(kStructured, event("7", R"(,"traceparent":"00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01")"));

    REQUIRE(fake.attempts.size() == 1);
    CHECK(fake.attempts[0].trace_header ==
          "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1");
}

TEST_CASE_METHOD(EventsTest, "the same CloudEvent is the same event, and another is another", "[events]") {
    const auto first = ids(post(kStructured, event("7")));

    CHECK(ids(post(kStructured, event("7", R"(,"eventbusname":"orders")"))) == first);
    CHECK(ids(post(kStructured, event("8"))) != first);
}

TEST_CASE_METHOD(EventsTest, "a CloudEvent may name its bus, by name or ARN", "[events]") {
    const std::string arn = "arn:aws:events:us-east-1:000000000000:event-bus/orders";

    CHECK(post(kStructured, event("1", R"(,"eventbusname":"orders")")).status == 202);
    CHECK(post(kStructured, event("2", R"(,"eventbusname":")" + arn + "\"")).status == 202);

    CHECK(heard("orders").size() == 2);
    CHECK(heard("all").empty());
}

TEST_CASE_METHOD(EventsTest, "what names a bus that is not there is not found", "[events]") {
    for (const char* name :
         {"nowhere", "arn:aws:events:us-east-1:111111111111:event-bus/orders",
          "arn:aws:events:eu-west-1:000000000000:event-bus/orders", "arn:aws:sqs:us-east-1:0:orders"}) {
        INFO(name);
        CHECK(post(kStructured, event("1", R"(,"eventbusname":")" + std::string{name} + "\"")).status == 404);
    }
    // Each region has a bus "default".
    CHECK(post(kStructured, event("1", R"(,"eventbusname":"arn:aws:events:eu-west-1:000000000000:event-bus/default")"))
              .status == 202);
    CHECK(fake.attempts.empty());
}

TEST_CASE_METHOD(EventsTest, "a batch is taken whole, in its order", "[events]") {
    const auto response = post(kBatch, "[" + event("1") + "," + event("2") + "]");

    CHECK(response.status == 202);
    CHECK(ids(response).size() == 2);
    CHECK(heard("all").size() == 2);
    CHECK(ids(post(kBatch, "[]")).empty());
}

TEST_CASE_METHOD(EventsTest, "a batch with one bad event is refused whole, and says which", "[events]") {
    struct {
        std::string bad;
        int status;
        std::string message;
    } const cases[] = {
        {R"({"id":"2"})", 400, "batch[1]"},
        {event("2", R"(,"eventbusname":"nowhere")"), 404, "batch[1]: there is no bus nowhere"},
        {event("2", R"(,"data":{"n":92233720368547758080})"), 400, "batch[1]: the detail holds an integer"},
    };
    for (const auto& [bad, status, message] : cases) {
        const auto response = post(kBatch, "[" + event("1") + "," + bad + "]");
        CHECK(response.status == status);
        CHECK(response.body.find(message) != std::string::npos);
    }
    CHECK(fake.attempts.empty());
}

TEST_CASE_METHOD(EventsTest, "the detail can be the whole CloudEvent", "[events]") {
    CHECK(post(kStructured, event("7", R"(,"data":{"n":1})"), "detail=whole").status == 202);
    CHECK(post(kStructured, event("8"), "detail=half").status == 400);

    REQUIRE(heard("all").size() == 1);
    CHECK(json::write(*heard("all")[0].find("detail")) == event("7", R"(,"data":{"n":1})"));
}

TEST_CASE_METHOD(EventsTest, "what is no CloudEvent is an unsupported media type", "[events]") {
    CHECK(post("application/json", "{}").status == 415);
    CHECK(post("application/cloudevents+xml", "<event/>").status == 415);
}

TEST_CASE_METHOD(EventsTest, "an event that cannot be stored is not acknowledged", "[events]") {
    store->flaky_deliveries.failing_writes = 1;

    CHECK(post(kStructured, event("7")).status == 503);
}

}  // namespace
}  // namespace rialto::api
