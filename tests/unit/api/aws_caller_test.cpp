#include "api/aws/caller.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

namespace rialto::api::aws {
namespace {

TEST_CASE("who asks is read from the credential", "[aws]") {
    const std::string kRest = "/20261127/eu-west-1/events/aws4_request, SignedHeaders=host, Signature=00";
    const std::vector<std::pair<std::string, Caller>> cases{
        {"AWS4-HMAC-SHA256 Credential=123456789012" + kRest, {"123456789012", "eu-west-1"}},
        {"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE" + kRest, {"000000000000", "eu-west-1"}},
        {"AWS4-HMAC-SHA256 SignedHeaders=host,Credential=123456789012/d/eu-north-1/events/aws4_request",
         {"123456789012", "eu-north-1"}},
        {"AWS4-HMAC-SHA256 Credential=123456789012", {"123456789012", "us-east-1"}},
        {"AWS4-HMAC-SHA256 Credential=1234/20261127/EU WEST/events", {"000000000000", "us-east-1"}},
        {"AWS4-HMAC-SHA256 Credential=", {"000000000000", "us-east-1"}},
        {"Bearer 123456789012/d/eu-west-1", {"000000000000", "us-east-1"}},
    };
    for (const auto& [header, caller] : cases) {
        CAPTURE(header);
        http::RequestHead request;
        request.headers.add("authorization", header);
        CHECK(caller_of(request, {}) == caller);
    }
    CHECK(caller_of({}, {}) == Caller{"000000000000", "us-east-1"});
}

TEST_CASE("a signature for several regions names the one of its set, if it is one", "[aws]") {
    for (const auto& [set, region] :
         std::vector<std::pair<std::string, std::string>>{{"*", "us-east-1"},
                                                          {"eu-west-1,eu-north-1", "us-east-1"},
                                                          {"", "us-east-1"},
                                                          {"eu-west-1", "eu-west-1"}}) {
        CAPTURE(set);
        http::RequestHead request;
        request.headers.add(
            "Authorization",
            "AWS4-ECDSA-P256-SHA256 Credential=123456789012/20261127/events/aws4_request, Signature=00");
        request.headers.add("X-Amz-Region-Set", set);
        CHECK(caller_of(request, {}) == Caller{"123456789012", region});
    }
}

}  // namespace
}  // namespace rialto::api::aws
