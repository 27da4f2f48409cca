#include "api/rest/answers.hpp"

#include <catch2/catch.hpp>

namespace rialto::api {
namespace {

TEST_CASE("a problem is told as RFC 9457 says", "[answers]") {
    const auto response = problem(422, "it is \"bad\"", {{"errors", json::Array{1}}});
    CHECK(response.status == 422);
    CHECK(response.headers.find("Content-Type") == "application/problem+json");
    const auto body = json::parse(response.body);
    REQUIRE(body);
    CHECK(*body->find("type")->as_string() == "about:blank");
    CHECK(body->find("status")->as_int64() == 422);
    CHECK(*body->find("detail")->as_string() == "it is \"bad\"");
    CHECK(body->find("errors")->as_array()->size() == 1);
}

TEST_CASE("each kind of error has its status", "[answers]") {
    const auto [code, status] = GENERATE(table<Errc, int>({{Errc::InvalidArgument, 400},
                                                           {Errc::NotFound, 404},
                                                           {Errc::AlreadyExists, 409},
                                                           {Errc::Conflict, 409},
                                                           {Errc::LimitExceeded, 429},
                                                           {Errc::Unavailable, 503},
                                                           {Errc::Cancelled, 503},
                                                           {Errc::TimedOut, 504},
                                                           {Errc::Rejected, 502},
                                                           {Errc::Corrupt, 500},
                                                           {Errc::Internal, 500}}));
    const auto response = problem(Error{code, "why"});
    CHECK(response.status == status);
    CHECK(response.headers.find("Retry-After").has_value() == (status == 503 || status == 429));
}

TEST_CASE("a page escapes its title and is neither cached nor told of", "[answers]") {
    const auto response = page(200, "<b>&", "<p>trusted</p>");
    CHECK(response.body.find("<title>&lt;b&gt;&amp;</title>") != std::string::npos);
    CHECK(response.body.find("<p>trusted</p>") != std::string::npos);
    CHECK(response.headers.find("Cache-Control") == "no-store");
    CHECK(response.headers.find("Referrer-Policy") == "no-referrer");
}

}  // namespace
}  // namespace rialto::api
