#include "rialto/entities/tagger.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <thread>
#include <vector>

#include "rialto/base/utf8.hpp"
#include "rialto/entities/conll.hpp"

namespace rialto::entities {
namespace {

const Tagger& tagger() {
    static const Tagger made = *Tagger::built_in();
    return made;
}

bool has(std::string_view text, Type type, std::string_view name) {
    return std::ranges::any_of(tagger().tag(text), [&](const Entity& entity) {
        return entity.type == type && text.substr(entity.begin, entity.end - entity.begin) == name;
    });
}

bool starts_code_point(std::string_view text, std::size_t at) {
    return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
}

void check_sound(std::string_view text) {
    std::size_t at = 0;
    for (const Entity& entity : tagger().tag(text)) {
        REQUIRE(entity.begin >= at);
        REQUIRE(entity.end > entity.begin);
        REQUIRE(entity.end <= text.size());
        CHECK(starts_code_point(text, entity.begin));
        CHECK(starts_code_point(text, entity.end));
        CHECK((entity.score >= 0 && entity.score <= 1));
        at = entity.end;
    }
}

struct Case {
    std::string_view text;
    Type type;
    std::string_view name;
};

std::string repeated(std::string_view unit, std::size_t bytes) {
    std::string text;
    while (text.size() < bytes)
        text += unit;
    return text;
}

}  // namespace

TEST_CASE("names in plain sentences are found", "[entities]") {
    const auto example = GENERATE(values<Case>({
        {"Joe lives in Spain", Type::Person, "Joe"},
        {"Joe lives in Spain", Type::Location, "Spain"},
        {"Angela Merkel met Barack Obama in Berlin.", Type::Person, "Angela Merkel"},
        {"Angela Merkel met Barack Obama in Berlin.", Type::Person, "Barack Obama"},
        {"Angela Merkel met Barack Obama in Berlin.", Type::Location, "Berlin"},
        {"She works for Microsoft in New York City.", Type::Organization, "Microsoft"},
        {"She works for Microsoft in New York City.", Type::Location, "New York City"},
        {"The French president spoke on 3 March 2026.", Type::Other, "French"},
        {"The French president spoke on 3 March 2026.", Type::Date, "3 March 2026"},
        {"Joe’s flight to London cost $500.", Type::Person, "Joe"},
        {"Joe’s flight to London cost $500.", Type::Location, "London"},
        {"Joe’s flight to London cost $500.", Type::Quantity, "$500"},
    }));

    CHECK(has(example.text, example.type, example.name));
}

TEST_CASE("text without names has no entities", "[entities]") {
    CHECK(tagger().tag("").empty());
    CHECK(tagger().tag(" \n ").empty());
    CHECK(tagger().tag("the cat sat on the mat and looked at the door .").empty());
}

TEST_CASE("spans are whole code points, in order and apart, whatever the text", "[entities]") {
    const std::string unit = GENERATE(values<std::string>({"a",
                                                           ".",
                                                           "A",
                                                           "Joe Spain ",
                                                           "Joe lives in Spain. ",
                                                           "😀",
                                                           "👩‍👩‍👧",
                                                           "東京",
                                                           "مرحبا ",
                                                           "Señor García met Łukasz in Łódź — “2026”. ",
                                                           std::string(1, '\0'),
                                                           "\u202EJoe\u202C ",
                                                           "'",
                                                           "a.",
                                                           "@x ",
                                                           "1 ",
                                                           "$",
                                                           "O'",
                                                           "e\u0301",
                                                           "\n",
                                                           "USA-"}));

    check_sound(repeated(unit, 20'000));
}

TEST_CASE("the same text gives the same entities on every thread", "[entities]") {
    const std::string text = repeated("Joe Smith of Acme Corp. flew from Madrid to Paris on Monday for $20. ", 10'000);
    std::array<std::vector<Entity>, 3> found;
    {
        std::array<std::jthread, 3> threads;
        for (std::size_t i = 0; i < threads.size(); ++i)
            threads[i] = std::jthread{[&text, &mine = found[i]] { mine = tagger().tag(text); }};
    }

    const auto same = [](const Entity& a, const Entity& b) {
        return a.type == b.type && a.begin == b.begin && a.end == b.end && a.score == b.score;
    };
    REQUIRE(!found[0].empty());
    CHECK(std::ranges::equal(found[0], found[1], same));
    CHECK(std::ranges::equal(found[0], found[2], same));
}

TEST_CASE("what follows a sentence does not change its entities", "[entities]") {
    const std::string sentence = "Joe lives in Spain. ";
    const std::size_t once = tagger().tag(sentence).size();

    CHECK(tagger().tag(repeated(sentence, 100 * sentence.size())).size() == 100 * once);
}

TEST_CASE("entities can be written as BIO lines", "[entities]") {
    CHECK(to_conll(tagger(), "Joe lives in Spain. Really?") ==
          "Joe\tB-PER\nlives\tO\nin\tO\nSpain\tB-LOC\n.\tO\n\nReally\tO\n?\tO\n\n");
}

TEST_CASE("BIO lines are read, tagged anew and written", "[entities]") {
    auto sentences = parse_conll("Angela\tO\nMerkel\tO\r\n\n\nhi\tx\tO\n");
    REQUIRE(sentences);
    REQUIRE(sentences->size() == 2);

    retag(tagger(), sentences->front());

    CHECK(write_conll(*sentences) == "Angela\tB-PER\nMerkel\tI-PER\n\nhi\tO\n\n");
}

TEST_CASE("a line that is not BIO is refused with its number", "[entities]") {
    const auto sentences = parse_conll("a\tO\nb\n");
    REQUIRE_FALSE(sentences);
    CHECK(sentences.error().code == Errc::InvalidArgument);
    CHECK(sentences.error().message.find("line 2") != std::string::npos);
}

}  // namespace rialto::entities
