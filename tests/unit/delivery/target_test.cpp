#include "rialto/delivery/target.hpp"

#include <catch2/catch.hpp>

namespace rialto::delivery {
namespace {

TEST_CASE("an error is final unless trying again may help", "[target]") {
    CHECK_FALSE(failed({Errc::Unavailable, ""}).final);
    CHECK_FALSE(failed({Errc::TimedOut, ""}).final);
    CHECK_FALSE(failed({Errc::Conflict, ""}).final);
    CHECK_FALSE(failed({Errc::Internal, ""}).final);
    CHECK(failed({Errc::Rejected, ""}).final);
    CHECK(failed({Errc::InvalidArgument, ""}).final);
    CHECK(failed({Errc::NotFound, ""}).final);
    CHECK(failed({Errc::TimedOut, ""}).code == "TIMEOUT");
    CHECK(failed({Errc::Unavailable, ""}).code == "ERROR_FROM_TARGET");
    CHECK(failed({Errc::NotFound, ""}).code == "NO_RESOURCE");
}

}  // namespace
}  // namespace rialto::delivery
