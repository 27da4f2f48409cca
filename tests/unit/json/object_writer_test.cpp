#include "rialto/json/object_writer.hpp"

#include <catch2/catch.hpp>

namespace rialto::json {

TEST_CASE("an object is written member by member", "[json]") {
    CHECK(ObjectWriter{}.finish() == "{}");
    CHECK(ObjectWriter{64}.text("a", "b\"c").finish() == R"({"a":"b\"c"})");
    CHECK(ObjectWriter{}.json("n", "1").text("t\n", "").json("o", "{\"x\":[]}").finish() ==
          R"({"n":1,"t\n":"","o":{"x":[]}})");
}

TEST_CASE("an array is written of its elements", "[json]") {
    CHECK(write_array({}) == "[]");
    CHECK(write_array({"1"}) == "[1]");
    CHECK(write_array({"1", "\"a\"", "{}"}) == R"([1,"a",{}])");
}

}  // namespace rialto::json
