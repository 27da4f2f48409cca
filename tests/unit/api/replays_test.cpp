#include "api/rest/replays.hpp"

#include "tests/unit/api/archives_world.hpp"

namespace rialto::api {
namespace {

constexpr const char* kAll = R"("archive":"a","from":"2026-01-01T00:00:00Z","to":"2027-01-01T00:00:00Z")";

struct RestReplaysTest : testing::ArchivesWorld {
    RestReplaysTest() { add_replay_routes(router, {*catalog, store->archives(), clock, 2}); }

    http::Response call(const std::string& method, const std::string& path, const std::string& body = "") {
        http::Request request;
        request.method = method;
        request.path = path;
        if (!body.empty())
            request.headers = {{"Content-Type", "application/json"}};
        request.body = body;
        return run(router.respond(request));
    }
    http::Response post(const std::string& members) { return call("POST", "/replays", "{" + members + "}"); }
    std::string detail(const http::Response& response) {
        return *json::parse(response.body).value().find("detail")->as_string();
    }

    static std::string many(const std::string& text, int times) {
        std::string all = text;
        for (int i = 1; i < times; ++i)
            all += "," + text;
        return all;
    }

    Router router;
};

TEST_CASE_METHOD(RestReplaysTest, "a replay goes to the archive's bus, or to another", "[replay]") {
    must("CreateEventBus", {{"Name", "audit"}});
    make_listener("auditor", "audit");
    put(0, 5);

    const auto own = post(std::string{R"("name":"own",)"} + kAll);
    finish("own");
    const auto other = post(std::string{R"("name":"other","bus":"audit",)"} + kAll);
    finish("other");

    CHECK(own.status == 201);
    CHECK(own.headers.find("Location") == "/replays/own");
    CHECK(other.status == 201);
    CHECK(replayed("all") == "0 1 2 3 4 ");
    CHECK(replayed("auditor") == "0 1 2 3 4 ");
    CHECK(archived() == 5);
    const auto shown = json::parse(call("GET", "/replays/other").body).value();
    CHECK(*shown.find("state")->as_string() == "COMPLETED");
    CHECK(*shown.find("bus")->as_string() == "audit");
    CHECK(*shown.find("archive")->as_string() == "a");
    CHECK(*shown.find("from")->as_string() == "2026-01-01T00:00:00.000Z");
    CHECK(shown.find("endedAt"));
}

TEST_CASE_METHOD(RestReplaysTest, "a replay goes to chosen rules at a chosen rate, until it is cancelled", "[replay]") {
    make_listener("other");
    put(0, 20);
    CHECK(post(std::string{R"("name":"p","rules":["other"],"rate":10,)"} + kAll).status == 201);
    until([this] { return timer.waiting() > 0; });
    for (int tenths = 0; tenths < 5; ++tenths)
        pass(100ms);
    CHECK(replayed("other") == "0 1 2 3 4 ");
    CHECK(replayed("all").empty());
    CHECK(json::parse(call("GET", "/replays/p").body).value().find("lastEventAt"));

    CHECK(call("DELETE", "/replays/p").status == 202);
    pass(1s);

    CHECK(state() == "CANCELLED");
    CHECK(call("DELETE", "/replays/p").status == 409);
    CHECK(*json::parse(call("GET", "/replays/p").body).value().find("rate")->as_int64() == 10);
}

TEST_CASE_METHOD(RestReplaysTest, "what cannot be replayed is refused with the reason", "[replay]") {
    CHECK(detail(post(std::string{R"("name":"a b",)"} + kAll)) ==
          "name must be a name of 1 to 64 letters, digits, dots, hyphens and underscores");
    CHECK(detail(post(R"("name":"p","archive":"a","from":"now","to":"2027-01-01T00:00:00Z")")) ==
          "from must be a time, such as 2026-01-31T08:15:30Z");
    CHECK(detail(post(R"("name":"p","archive":"a","from":"2027-01-01T00:00:00Z","to":"2027-01-01T00:00:00Z")")) ==
          "from must be before to");
    CHECK(detail(post(std::string{R"("name":"p","rate":0,)"} + kAll)) ==
          "rate must be a whole number of events a second, 1 to 1000000");
    CHECK(detail(post(std::string{R"("name":"p","rules":["all",1],)"} + kAll)) == "rules must be an array of names");
    CHECK(detail(post(std::string{R"("name":"p","speed":1,)"} + kAll)) ==
          "there is no member speed; there are name, archive, bus, rules, from, to and rate");
    CHECK(post(std::string{R"("name":"p","bus":"gone",)"} + kAll).status == 404);
    CHECK(post(std::string{R"("name":"p","rules":["gone"],)"} + kAll).status == 404);
    CHECK(post(R"("name":"p","archive":"gone","from":"2026-01-01T00:00:00Z","to":"2027-01-01T00:00:00Z")").status ==
          404);
    CHECK(call("POST", "/replays", "[]").status == 400);
    CHECK(call("POST", "/replays", "{").status == 400);
    CHECK(call("GET", "/replays/p").status == 404);
    CHECK(call("DELETE", "/replays/p").status == 404);

    CHECK(post(std::string{R"("name":"p",)"} + kAll).status == 201);
    CHECK(post(std::string{R"("name":"p",)"} + kAll).status == 409);
    finish();
    CHECK(detail(post(std::string{R"("name":"p","rules":[)"} + many("\"all\"", 101) + "]," + kAll)) ==
          "rules must name at most 100");
    CHECK(detail(post(std::string{R"("name":"p","bus":"a b",)"} + kAll)) == "bus must be the name of an event bus");
    CHECK(post(std::string{R"("name":"p","bus":"team/audit",)"} + kAll).status == 409);  // it may be a bus
    store->flaky_archives.failing_writes = 1'000;
    CHECK(post(std::string{R"("name":"one",)"} + kAll).status == 201);
    CHECK(post(std::string{R"("name":"two",)"} + kAll).status == 201);
    CHECK(detail(post(std::string{R"("name":"three",)"} + kAll)) ==
          "there are 2 replays under way, as many as there may be");
    store->flaky_archives.failing_writes = 0;
    pass(2s);
}

}  // namespace
}  // namespace rialto::api
