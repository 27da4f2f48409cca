#include "rialto/entities/gazetteer.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace rialto::entities {
namespace {

const Tagger& tagger() {
    static const Tagger made = *Tagger::built_in();
    return made;
}

/// "PRODUCT Frobnicator; ..." of those that are certain.
std::string own_names_in(std::string_view text, const Gazetteer& own) {
    std::string found;
    for (const Entity& entity : tagger().tag(text, &own))
        if (entity.score == 1)
            found.append(found.empty() ? "" : "; ")
                .append(name_of(entity.type))
                .append(" ")
                .append(text.substr(entity.begin, entity.end - entity.begin));
    return found;
}

std::string error_of(std::string_view text) {
    const auto parsed = Gazetteer::parse(text);
    return parsed ? std::string{} : parsed.error().message;
}

}  // namespace

TEST_CASE("names of one's own are found as they are written or in capitals", "[entities]") {
    const auto own = Gazetteer::parse("# ours\nCOMMERCIAL_ITEM\tFrobnicator\r\n\nORGANIZATION\tAcme Widgets\n");
    REQUIRE(own);
    CHECK(own->size() == 2);

    CHECK(own_names_in("the Frobnicator by Acme Widgets, the frobnicator", *own) ==
          "COMMERCIAL_ITEM Frobnicator; ORGANIZATION Acme Widgets");
    CHECK(own_names_in("BUY THE FROBNICATOR NOW", *own) == "COMMERCIAL_ITEM FROBNICATOR");
    CHECK(own_names_in("an Acme shop, Frobnicators", *own).empty());
}

TEST_CASE("a name without capitals is found in any case, and the longest one counts", "[entities]") {
    const auto own = Gazetteer::parse("TITLE\tthe old man\nTITLE\tthe old man and the sea\nPERSON\told man");
    REQUIRE(own);

    CHECK(own_names_in("I read The Old Man and the Sea", *own) == "TITLE The Old Man and the Sea");
    CHECK(own_names_in("the old man and I", *own) == "TITLE the old man");
}

TEST_CASE("a name of one's own stands in place of what the model finds", "[entities]") {
    const auto own = Gazetteer::parse("ORGANIZATION\tSpain\n");
    REQUIRE(own);

    CHECK(own_names_in("Joe is going to Spain", *own) == "ORGANIZATION Spain");
    CHECK(tagger().tag("Joe is going to Spain", &*own).size() == 2);
}

TEST_CASE("quotes of one's own names may be bent, and capitals are those of all letters", "[entities]") {
    const auto own = Gazetteer::parse("ORGANIZATION\tRay's Pizza\nORGANIZATION\tM\xC3\xBCller Werke\n");
    REQUIRE(own);

    CHECK(own_names_in("at Ray's Pizza", *own) == "ORGANIZATION Ray's Pizza");
    CHECK(own_names_in("at Ray\xE2\x80\x99s Pizza", *own) == "ORGANIZATION Ray\xE2\x80\x99s Pizza");
    CHECK(own_names_in("AT RAY\xE2\x80\x99S PIZZA", *own) == "ORGANIZATION RAY\xE2\x80\x99S PIZZA");
    CHECK(own_names_in("bei M\xC3\x9CLLER WERKE", *own) == "ORGANIZATION M\xC3\x9CLLER WERKE");
}

TEST_CASE("the full stop after one's own name is the sentence's", "[entities]") {
    const auto own = Gazetteer::parse(
        "OTHER\tPlan B\nORGANIZATION\tZork Co\nORGANIZATION\tNo. 10 Downing Street\n"
        "ORGANIZATION\tAcme Inc.\n");
    REQUIRE(own);

    CHECK(own_names_in("That was Plan B. We left.", *own) == "OTHER Plan B");
    CHECK(own_names_in("It belongs to Zork Co.", *own) == "ORGANIZATION Zork Co");
    CHECK(own_names_in("It belongs to Acme Inc.", *own) == "ORGANIZATION Acme Inc.");
    CHECK(own_names_in("at No. 10 Downing Street today", *own) == "ORGANIZATION No. 10 Downing Street");
}

TEST_CASE("a line that is no name is refused with its number", "[entities]") {
    CHECK(error_of("PERSON\tJoe\nSpain").starts_with("line 2: needs a type, a tab and a name"));
    CHECK(error_of("PERSON\t\xC0\xAF").starts_with("line 1: needs a type, a tab and a name, in UTF-8"));
    CHECK(error_of("ROBOT\tR2").starts_with("line 1: the type must be PERSON, "));
    CHECK(error_of("PERSON\t ").starts_with("line 1: a name has 1 to 10 words"));
    CHECK(error_of("PERSON\ta b c d e f g h i j k").starts_with("line 1: a name has"));
    CHECK(error_of("").empty());
    CHECK(error_of("PERSON\tJoe\nORGANIZATION\tYahoo! Japan")
              .starts_with("line 2: a name has 1 to 10 words, and no end"));
}

}  // namespace rialto::entities
