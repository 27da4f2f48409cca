#include "entities/names.hpp"

#include <catch2/catch.hpp>
#include <vector>

namespace rialto::entities {
namespace {

using Tokens = std::vector<SeenToken>;

constexpr SeenToken name(std::uint64_t id) { return {.exact = id, .plain = false}; }
constexpr SeenToken word(std::uint64_t id) { return {.exact = id, .plain = true}; }

std::vector<Entity> applied(const Names& names, const Tokens& sentence, std::vector<Entity> found = {}) {
    names.apply(sentence, found);
    return found;
}

}  // namespace

TEST_CASE("a name that was found surely is found in other sentences", "[entities]") {
    Names names;
    names.note(Tokens{word(1), name(2), name(3)}, std::vector<Entity>{{Type::Person, 1, 3, 0.9F}});

    const auto found = applied(names, {name(2), name(3), word(1), name(2)});

    REQUIRE(found.size() == 1);
    CHECK((found[0].type == Type::Person && found[0].begin == 0 && found[0].end == 2));
    CHECK(found[0].score == 0.5F);
}

TEST_CASE("two likely mentions make a sure one, a doubtful one alone does not", "[entities]") {
    Names names;
    names.note(Tokens{name(2)}, std::vector<Entity>{{Type::Location, 0, 1, 0.45F}});
    CHECK(applied(names, {name(2)}).empty());

    names.note(Tokens{name(2)}, std::vector<Entity>{{Type::Location, 0, 1, 0.45F}});
    CHECK(applied(names, {name(2)}).size() == 1);
}

TEST_CASE("of a plain word no name is made", "[entities]") {
    Names names;
    names.note(Tokens{word(2)}, std::vector<Entity>{{Type::Person, 0, 1, 0.95F}});

    CHECK(applied(names, {word(2)}).empty());
}

TEST_CASE("a doubtful mention takes the type that the name has elsewhere", "[entities]") {
    Names names;
    const Tokens sentence{name(2)};
    for (int i = 0; i < 3; ++i)
        names.note(sentence, std::vector<Entity>{{Type::Organization, 0, 1, 0.9F}});
    const std::vector<Entity> doubtful{{Type::Person, 0, 1, 0.5F}};
    names.note(sentence, doubtful);

    const auto found = applied(names, sentence, doubtful);

    REQUIRE(found.size() == 1);
    CHECK(found[0].type == Type::Organization);
}

TEST_CASE("what was found stays in order and apart", "[entities]") {
    Names names;
    names.note(Tokens{name(1), name(2)}, std::vector<Entity>{{Type::Person, 0, 2, 0.9F}});
    names.note(Tokens{name(2)}, std::vector<Entity>{{Type::Location, 0, 1, 0.9F}});

    const auto found = applied(names, {name(2), name(1), name(2), name(1)}, {{Type::Date, 1, 2, 0.99F}});

    REQUIRE(found.size() == 3);
    CHECK((found[0].begin == 0 && found[0].end == 1));
    CHECK((found[1].type == Type::Date && found[1].end == 2));
    CHECK((found[2].type == Type::Location && found[2].begin == 2));
}

}  // namespace rialto::entities
