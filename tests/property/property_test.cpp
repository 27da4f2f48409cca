#include <catch2/catch.hpp>

#include "tests/property/search.hpp"
#include "tests/property/shrink.hpp"

namespace rialto::property {

TEST_CASE("the engine finds what the oracle finds", "[property]") {
    Counts counts;
    for (std::uint64_t seed = 1; counts.pairs < RIALTO_PROPERTY_PAIRS; ++seed) {
        const auto finding = find_in(seed, counts);
        if (finding)
            FAIL(to_text(*finding));
    }

    // Else the generators would have become too tame, or too wild, to find anything.
    CHECK(counts.matches * 4 > counts.pairs);
    CHECK(counts.matches * 2 < counts.pairs);
    CHECK(counts.invalid * 10 < counts.patterns * 3);
    CHECK(counts.refused > 0);
    CHECK(counts.undecided == 0);
}

TEST_CASE("a script is shrunk to what it fails for", "[property]") {
    const Script script = {
        {.kind = Step::Kind::Copy, .text = {}},
        {.kind = Step::Kind::Add, .id = 7, .text = R"({"a":{"b":[1,"x\u0079z"]},"c":[2]})"},
        {.kind = Step::Kind::Remove, .id = 7, .text = {}},
        {.kind = Step::Kind::Match, .text = R"({"a":3})"},
    };
    const auto fails = [](const Script& smaller) {
        return !smaller.empty() && smaller.front().text.find("\"b\":[") != std::string::npos &&
               smaller.front().text.find('z') != std::string::npos;
    };
    const auto fails_with_copy = [&fails](const Script& smaller) {
        return smaller.size() > 1 && fails({smaller.begin() + 1, smaller.end()});
    };

    CHECK(to_text(shrunk(script, fails_with_copy)) == "copy 0\nadd 7 to 0: {\"b\":[\"z\"]}\n");
}

TEST_CASE("a seed makes one script", "[property]") {
    CHECK(to_text(any_script(5)) == to_text(any_script(5)));
    CHECK(to_text(any_script(5)) != to_text(any_script(6)));
}

}  // namespace rialto::property
