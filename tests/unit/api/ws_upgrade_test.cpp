#include <catch2/catch.hpp>

#include "tests/unit/api/ws_fixture.hpp"

using namespace rialto;
using namespace rialto::api;

namespace {

struct UpgradeTest : WsTest {
    UpgradeTest() : WsTest{{.max_clients = 1}} { api.allow_origins({"https://app.example.org"}); }

    int status_for(const char* origin, const char* host = "rialto.example.org:8080") {
        http::RequestHead head;
        head.headers = {{"Host", host}, {"Origin", origin}};
        return api.upgrade(head).status;
    }
};

}  // namespace

TEST_CASE_METHOD(UpgradeTest, "pages of the server's own host and of allowed origins may connect", "[ws]") {
    CHECK(status_for("http://rialto.example.org:8080") == 101);
    CHECK(status_for("HTTP://Rialto.Example.org:8080") == 101);
    CHECK(status_for("https://rialto.example.org", "rialto.example.org") == 101);
    CHECK(status_for("https://rialto.example.org", "rialto.example.org:443") == 101);
    CHECK(status_for("http://[::1]", "[::1]:80") == 101);
    CHECK(status_for("https://app.example.org") == 101);
    CHECK(api.upgrade(http::RequestHead{}).status == 101);
}

TEST_CASE_METHOD(UpgradeTest, "pages of other origins may not connect", "[ws]") {
    CHECK(status_for("http://rialto.example.org") == 403);
    CHECK(status_for("http://evil.example.org:8080") == 403);
    CHECK(status_for("http://app.example.org") == 403);
    CHECK(status_for("null") == 403);
    CHECK(status_for("") == 403);
}

TEST_CASE_METHOD(UpgradeTest, "a refusal is a problem", "[ws]") {
    http::RequestHead head;
    head.headers = {{"Origin", "https://evil.example.org"}};

    const auto response = api.upgrade(head);

    CHECK(response.headers.find("Content-Type") == "application/problem+json");
    CHECK(json::parse(response.body)->find("status")->as_int64() == 403);
    CHECK_FALSE(response.upgrade);
}

TEST_CASE_METHOD(UpgradeTest, "an asterisk allows every origin", "[ws]") {
    api.allow_origins({"*"});

    CHECK(status_for("null") == 101);
}

TEST_CASE_METHOD(UpgradeTest, "other origins may be allowed at any time, and who is connected stays", "[ws]") {
    auto& client = connect();

    api.allow_origins({"https://new.example.org"});

    CHECK(status_for("https://app.example.org") == 403);
    CHECK_FALSE(client.done);
    client.socket.hang_up();
    settle();
    CHECK(status_for("https://new.example.org") == 101);
}

TEST_CASE_METHOD(UpgradeTest, "one client too many is refused until another goes", "[ws]") {
    auto& client = connect();

    const auto refused = api.upgrade(http::RequestHead{});

    CHECK(refused.status == 503);
    CHECK(refused.headers.find("Retry-After") == "1");
    client.socket.hang_up();
    settle();
    CHECK(api.upgrade(http::RequestHead{}).status == 101);
}
