#include "api/rest/feed.hpp"

#include "rialto/json/value.hpp"
#include "tests/support/posts_world.hpp"

namespace rialto::api {
namespace {

/// A client that takes what is written until it goes.
class FakeWriter final : public http::BodyWriter {
public:
    Task<Status> write(std::string chunk) override {
        if (gone)
            co_return Error{Errc::Cancelled, "gone"};
        text += chunk;
        co_return Status{};
    }
    bool closed() const override { return gone; }

    std::string text;
    bool gone = false;
};

struct FeedTest : testing::PostsWorld {
    FeedTest() {
        feed = std::make_unique<posts::ChangeFeed>(loop.get_executor(), store->posts(), *bus, posts->news());
        api = std::make_unique<FeedApi>(*feed, FeedApi::Options{.max_waiters = 1, .heartbeat = 20ms});
        api->add_routes(router);
    }

    http::Response get(const std::string& query, const http::Headers& headers = {}) {
        http::Request request;
        request.method = "GET";
        request.path = "/posts/changes";
        request.query = query;
        request.headers = headers;
        return run(router.respond(request));
    }

    struct Stream {
        FakeWriter writer;
        http::Response response;
        bool done = false;
    };
    std::unique_ptr<Stream> stream(const std::string& query, const http::Headers& headers = {}) {
        auto made = std::make_unique<Stream>();
        made->response = get(query, headers);
        REQUIRE(made->response.stream);
        asio::co_spawn(loop, made->response.stream(made->writer),
                       [made = made.get()](const std::exception_ptr&) { made->done = true; });
        settle();
        return made;
    }

    void end(Stream& stream) {
        stream.writer.gone = true;
        create();
        until([&stream] { return stream.done; });
    }

    std::unique_ptr<FeedApi> api;
    Router router;
};

json::Value body_of(const http::Response& response) { return json::parse(response.body).value(); }

TEST_CASE_METHOD(FeedTest, "the feed is a page of changes after a sequence number", "[feed]") {
    create("one");
    const auto post = create("two");
    REQUIRE(run(posts->remove(post.id, {})));

    const auto body = body_of(get("since=1&limit=1"));
    CHECK(body.find("results")->as_array()->size() == 1);
    CHECK(body.find("last_seq")->as_int64() == 2);

    const auto rest = body_of(get("since=2"));
    const auto& row = rest.find("results")->as_array()->at(0);
    CHECK(row.find("seq")->as_int64() == 3);
    CHECK(*row.find("id")->as_string() == post.id);
    CHECK(*row.find("deleted")->as_bool());
    CHECK(*row.find("eventName")->as_string() == "REMOVE");
    CHECK(body_of(get("since=now")).find("last_seq")->as_int64() == 3);
}

TEST_CASE_METHOD(FeedTest, "parameters that make no sense are refused", "[feed]") {
    const std::string query = GENERATE("feed=x", "since=-1", "since=x", "since=", "limit=0", "limit=1001",
                                       "feed=continuous&heartbeat=1", "timeout=-1", "feed=longpoll&timeout=9999999");
    CHECK(get(query).status == 400);
}

TEST_CASE_METHOD(FeedTest, "a long poll answers with what is there, or with the next change", "[feed]") {
    create();
    CHECK(body_of(get("feed=longpoll&since=0")).find("last_seq")->as_int64() == 1);

    const auto waits = stream("feed=longpoll&since=1");
    CHECK_FALSE(waits->done);
    create();
    until([&] { return waits->done; });

    CHECK(json::parse(waits->writer.text)->find("last_seq")->as_int64() == 2);
}

TEST_CASE_METHOD(FeedTest, "a long poll in vain ends with an empty page", "[feed]") {
    const auto waits = stream("feed=longpoll&since=0&timeout=10");
    until([&] { return waits->done; });
    CHECK(waits->writer.text == "{\"results\":[],\"last_seq\":0}\n");
}

TEST_CASE_METHOD(FeedTest, "a continuous feed is a line for each change, with heartbeats", "[feed]") {
    create();
    const auto feed_of = stream("feed=continuous&since=0&heartbeat=100");
    CHECK(feed_of->response.headers.find("Content-Type") == "application/x-ndjson");
    create();
    until([&] { return std::ranges::count(feed_of->writer.text, '{') > 0 && feed_of->writer.text.ends_with("\n\n"); });

    CHECK(json::parse(feed_of->writer.text.substr(0, feed_of->writer.text.find('\n')))->find("seq")->as_int64() == 1);
    CHECK(feed_of->writer.text.find("{\"seq\":2,") != std::string::npos);
    end(*feed_of);
}

TEST_CASE_METHOD(FeedTest, "a continuous feed ends after as many changes as were asked for", "[feed]") {
    create();
    create();
    const auto feed_of = stream("feed=continuous&since=0&limit=1&heartbeat=false");
    until([&] { return feed_of->done; });
    CHECK(std::ranges::count(feed_of->writer.text, '\n') == 1);
}

TEST_CASE_METHOD(FeedTest, "server-sent events go on after the last one that the client saw", "[feed]") {
    create();
    create();
    const auto events = stream("feed=eventsource&since=0&heartbeat=false", {{"Last-Event-ID", "1"}});

    CHECK(events->response.headers.find("Content-Type") == "text/event-stream");
    CHECK(events->writer.text.starts_with(": hello\n\nid: 2\ndata: {\"seq\":2,"));
    CHECK(events->writer.text.ends_with("\n\n"));
    end(*events);
}

TEST_CASE_METHOD(FeedTest, "who comes back after what is kept is told where the feed goes on", "[feed]") {
    for (int i = 0; i < 5; ++i)
        create();
    REQUIRE(run(store->posts().set_relayed(5, {})));
    REQUIRE(run(store->posts().trim_changes({.entries = 2, .age = 24h}, clock.now())).value() == 3);

    const std::string form = GENERATE("normal", "longpoll", "continuous", "eventsource");
    const auto late = get("feed=" + form + "&since=2");
    CHECK(late.status == 410);
    CHECK(late.headers.find("Content-Type") == "application/problem+json");
    CHECK(body_of(late).find("since")->as_int64() == 3);
    CHECK(*body_of(late).find("detail")->as_string() == "changes after 2 are kept no longer; go on with since=3");
    CHECK(get("feed=" + form).status == 410);
    CHECK(get("feed=" + form + "&since=3").status == 200);
}

TEST_CASE_METHOD(FeedTest, "a stream whose next change went ends, and leaves no gap", "[feed]") {
    const auto feed_of = stream("feed=continuous&since=0&heartbeat=false");
    for (int i = 0; i < 3; ++i) {
        storage::Post post;
        post.id = std::to_string(i);
        const auto inserted = run(store->posts().insert(std::move(post), {}, {}, {}));
        REQUIRE(inserted);
    }
    REQUIRE(run(store->posts().set_relayed(3, {})));
    REQUIRE(run(store->posts().trim_changes({.entries = 1, .age = 24h}, {})).value() == 2);
    posts->news().notify();

    until([&] { return feed_of->done; });
    CHECK(feed_of->writer.text.empty());
}

TEST_CASE_METHOD(FeedTest, "who has seen more than there is learns that the feed is another", "[feed]") {
    create();
    const std::string form = GENERATE("normal", "longpoll", "continuous", "eventsource");

    const auto answer = get("feed=" + form + "&since=2");

    CHECK(answer.status == 410);
    CHECK(body_of(answer).find("since")->as_int64() == 1);
}

TEST_CASE_METHOD(FeedTest, "too many who wait are sent away, and let in when one has gone", "[feed]") {
    const auto first = stream("feed=longpoll&since=0");
    CHECK(get("feed=longpoll&since=0").status == 503);
    CHECK(get("feed=normal").status == 200);
    first->writer.gone = true;
    create();
    until([&] { return first->done; });
    CHECK(get("feed=longpoll&since=now").status == 200);
}

}  // namespace
}  // namespace rialto::api
