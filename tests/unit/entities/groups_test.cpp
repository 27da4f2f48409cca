#include "rialto/entities/groups.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "rialto/json/value.hpp"

namespace rialto::entities {

TEST_CASE("names are grouped by type, each once, in the order of first mention", "[entities]") {
    const std::string text = "Ann, Joe, Ann and New\n York and New York";
    const std::vector<Entity> found{{Type::Person, 0, 3, 1},
                                    {Type::Person, 5, 8, 1},
                                    {Type::Person, 10, 13, 1},
                                    {Type::Location, 18, 27, 1},
                                    {Type::Location, 32, 40, 1}};

    const auto groups = group(text, found, 100);

    REQUIRE(groups.size() == 2);
    CHECK(group_name_of(groups[0].type) == "persons");
    CHECK(groups[0].names == std::vector<std::string>{"Ann", "Joe"});
    CHECK(groups[1].names == std::vector<std::string>{"New York"});
    CHECK(group(text, found, 1)[0].names == std::vector<std::string>{"Ann"});
}

TEST_CASE("JSON has the groups and each mention, with its place in code points and in bytes", "[entities]") {
    const std::string text = "é Joe \"J\"";
    const std::vector<Entity> found{{Type::Person, 3, 6, 0.5F}, {Type::Other, 7, 10, 1}};

    CHECK(to_json(text, found) ==
          R"({"persons":["Joe"],"other":["\"J\""],"entities":[)"
          R"({"text":"Joe","type":"PERSON","score":0.5,"beginOffset":2,"endOffset":5,"beginByte":3,"endByte":6},)"
          R"({"text":"\"J\"","type":"OTHER","score":1,"beginOffset":6,"endOffset":9,"beginByte":7,"endByte":10}]})");
    CHECK(to_json("", {}) == R"({"entities":[]})");
}

}  // namespace rialto::entities
