#include "rialto/base/scan.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace rialto {

TEST_CASE("a prefix ends at the first character that does not hold, in whatever block", "[base]") {
    const auto is_a = [](char c) { return c == 'a'; };
    for (std::size_t length = 0; length <= 100; ++length) {
        const std::string text(length, 'a');
        CHECK(prefix_length(text, is_a) == length);
        for (std::size_t at = 0; at < length; ++at) {
            std::string broken = text;
            broken[at] = 'b';
            broken.back() = 'b';
            REQUIRE(prefix_length(broken, is_a) == at);
        }
    }
}

}  // namespace rialto
