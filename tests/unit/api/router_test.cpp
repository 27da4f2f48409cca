#include "api/router.hpp"

#include "tests/support/world.hpp"

namespace rialto::api {
namespace {

http::RequestHead head(const std::string& method, const std::string& path, const std::string& type = "") {
    http::RequestHead made;
    made.method = method;
    made.path = path;
    if (!type.empty())
        made.headers.add("Content-Type", type);
    return made;
}

struct RouterTest : testing::World {
    RouterTest() {
        add("GET", "/posts", Body::None);
        add("POST", "/posts", Body::Json);
        add("GET", "/posts/{id}", Body::None);
        add("PATCH", "/posts/{id}", Body::MergePatch);
        add("GET", "/posts/changes", Body::None);
        add("POST", "/leave", Body::Form);
        add("GET", "/topics/{topic}/subscriptions/{id}", Body::None);
    }

    /// Adds an endpoint that tells of what it was called with.
    void add(const std::string& method, const std::string& path, Body body) {
        router.add(method, path, body, [path](Call call) { return echo(path, std::move(call)); });
    }
    static Task<http::Response> echo(std::string path, Call call) {
        http::Response response;
        response.body = path;
        for (const auto& [name, value] : call.path)
            response.body += " " + name + "=" + value;
        if (const std::string* value = call.query.find("q"))
            response.body += " q=" + *value;
        co_return response;
    }

    std::string ask(const std::string& method, const std::string& path, const std::string& query = "") {
        http::Request request;
        static_cast<http::RequestHead&>(request) = head(method, path);
        request.query = query;
        const auto response = run(router.respond(request));
        return response.status == 200 ? response.body : std::to_string(response.status);
    }

    int refusal(const http::RequestHead& request) {
        const auto refused = router.refuse(request);
        return refused ? refused->status : 0;
    }

    Router router;
};

TEST_CASE_METHOD(RouterTest, "a request finds its endpoint, with what stands for the variables decoded", "[router]") {
    CHECK(ask("GET", "/posts") == "/posts");
    CHECK(ask("GET", "/posts/7") == "/posts/{id} id=7");
    CHECK(ask("GET", "/topics/a%2Fb%20c/subscriptions/s1") == "/topics/{topic}/subscriptions/{id} id=s1 topic=a/b c");
    CHECK(ask("GET", "/posts", "q=a+b%26") == "/posts q=a b&");
}

TEST_CASE_METHOD(RouterTest, "a word wins over a variable", "[router]") {
    CHECK(ask("GET", "/posts/changes") == "/posts/changes");
    CHECK(ask("GET", "/posts/change") == "/posts/{id} id=change");
}

TEST_CASE_METHOD(RouterTest, "HEAD goes where GET goes", "[router]") {
    CHECK(refusal(head("HEAD", "/posts")) == 0);
    CHECK(ask("HEAD", "/posts") == "/posts");
}

TEST_CASE_METHOD(RouterTest, "escapes that are none, or no text, are a bad request", "[router]") {
    CHECK(ask("GET", "/posts/%zz") == "400");
    CHECK(ask("GET", "/posts/%ff") == "400");
    CHECK(ask("GET", "/posts", "a=%4") == "400");
}

TEST_CASE_METHOD(RouterTest, "what is not there is not found", "[router]") {
    CHECK(refusal(head("GET", "/")) == 404);
    CHECK(refusal(head("GET", "/post")) == 404);
    CHECK(refusal(head("GET", "/posts/")) == 404);
    CHECK(refusal(head("GET", "/posts/7/8")) == 404);
    CHECK(refusal(head("OPTIONS", "*")) == 404);
    CHECK(refusal(head("GET", "//posts")) == 404);
}

TEST_CASE_METHOD(RouterTest, "a method that a path does not take is told which it takes", "[router]") {
    const auto refused = router.refuse(head("DELETE", "/posts"));
    REQUIRE(refused);
    CHECK(refused->status == 405);
    CHECK(refused->headers.find("Allow") == "OPTIONS, GET, HEAD, POST");
    CHECK(refusal(head("get", "/posts")) == 405);
    CHECK(refusal(head("PATCH", "/posts/changes")) == 405);
    CHECK(router.refuse(head("GET", "/leave"))->headers.find("Allow") == "OPTIONS, POST");
}

TEST_CASE_METHOD(RouterTest, "OPTIONS tells which methods a path takes", "[router]") {
    const auto answer = router.refuse(head("OPTIONS", "/posts/7"));
    REQUIRE(answer);
    CHECK(answer->status == 204);
    CHECK(answer->body.empty());
    CHECK(answer->headers.find("Allow") == "OPTIONS, GET, HEAD, PATCH");
    CHECK_FALSE(answer->headers.find("Content-Type"));
}

TEST_CASE_METHOD(RouterTest, "a body of another type is refused before it is read", "[router]") {
    CHECK(refusal(head("POST", "/posts", "application/json")) == 0);
    CHECK(refusal(head("POST", "/posts", "Application/JSON ; charset=utf-8")) == 0);
    CHECK(refusal(head("POST", "/posts", "application/json\t;charset=utf-8")) == 0);
    CHECK(refusal(head("POST", "/posts")) == 415);
    CHECK(refusal(head("POST", "/posts", "text/plain")) == 415);
    CHECK(refusal(head("POST", "/posts", "application/jsonx")) == 415);
    CHECK(refusal(head("PATCH", "/posts/7", "application/merge-patch+json")) == 0);
    CHECK(refusal(head("PATCH", "/posts/7", "application/json")) == 0);
    CHECK(refusal(head("PATCH", "/posts/7", "application/json-patch+json")) == 415);
    CHECK(refusal(head("POST", "/leave")) == 0);
    CHECK(refusal(head("POST", "/leave", "multipart/form-data; boundary=x")) == 0);
    CHECK(refusal(head("POST", "/leave", "application/json")) == 415);
    CHECK(router.refuse(head("PATCH", "/posts/7"))->headers.find("Accept-Patch") == "application/merge-patch+json");
    CHECK(router.refuse(head("POST", "/posts"))->headers.find("Accept-Post") == "application/json");
}

}  // namespace
}  // namespace rialto::api
