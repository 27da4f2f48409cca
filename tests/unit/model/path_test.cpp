#include "rialto/model/path.hpp"

#include <catch2/catch.hpp>

using namespace rialto;
using namespace rialto::model;

TEST_CASE("a path leads to a value, to all of several, or nowhere", "[model][path]") {
    const auto root =
        json::parse(R"({"detail-type":"t","a_b":{"/x":[1,[2,3],{"n":null}]},"list":[{"n":1},{"m":2},{"n":3}],
                                     "empty":[],"0":"zero"})")
            .value();
    const std::vector<std::pair<std::string, std::string>> cases{
        {"$.detail-type", "\"t\""},
        {"$.0", "\"zero\""},
        {"$.a_b./x[0]", "1"},
        {"$.a_b./x[1][1]", "3"},
        {"$.a_b./x[2].n", "null"},
        {"$.a_b./x[3]", "nowhere"},
        {"$.a_b./x[18446744073709551615]", "nowhere"},
        {"$.none.deeper", "nowhere"},
        {"$.detail-type[0]", "nowhere"},
        {"$.list[*].n", "[1,3]"},
        {"$.list[*]", R"([{"n":1},{"m":2},{"n":3}])"},
        {"$.a_b./x[*][*]", "[2,3]"},
        {"$.empty[*].n", "[]"},
        {"$.none[*].n", "nowhere"},
        {"$.detail-type[*]", "nowhere"},
    };
    for (const auto& [text, expected] : cases) {
        INFO(text);
        const auto path = Path::parse(text);
        REQUIRE(path);
        const auto found = path->find(root);
        CHECK((found ? json::write(*found) : "nowhere") == expected);
        CHECK(path->text() == text);
    }
    CHECK(Path::parse("$")->find(root) == root);
}

TEST_CASE("a path outside the grammar is refused with what is allowed", "[model][path]") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", R"(path: character 1, the end, is not allowed here; expected "$")"},
        {"detail", R"(path: character 1, "d", is not allowed here; expected "$")"},
        {"$detail", R"(path: character 2, "d", is not allowed here; expected ".name", "[n]" or "[*]")"},
        {"$.", R"(path: character 3, the end, is not allowed here; expected a name)"},
        {"$..a", R"(path: character 3, ".", is not allowed here)"},
        {"$.*", R"(path: character 3, "*", is not allowed here)"},
        {"$.a b", R"(path: character 4, " ", is not allowed here)"},
        {"$.é", R"(path: character 3, "é", is not allowed here)"},
        {"$['x']", R"(path: character 3, "'", is not allowed here; expected an index or "*")"},
        {"$[-1]", R"(path: character 3, "-", is not allowed here)"},
        {"$[1:2]", R"(path: character 4, ":", is not allowed here; expected "]")"},
        {"$[", R"(path: character 3, the end, is not allowed here)"},
        {"$[1", R"(path: character 4, the end, is not allowed here)"},
        {"$[99999999999999999999]", R"(path: character 3, "9", is not allowed here)"},
        {"$[?(@.a)]", R"(path: character 3, "?", is not allowed here)"},
        {"$." + std::string(255, 'a'), "path: longer than 256 characters"},
    };
    for (const auto& [text, says] : cases) {
        INFO(text);
        const auto path = Path::parse(text);
        REQUIRE_FALSE(path);
        CHECK(path.error().code == Errc::InvalidArgument);
        CHECK_THAT(path.error().message, Catch::Contains(says));
    }
}
