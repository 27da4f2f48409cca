#include "rialto/entities/tagger.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <thread>
#include <vector>

#include "entities/train/random.hpp"
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

TEST_CASE("the texts that nobody wants to read are read in bounded time", "[entities]") {
    constexpr std::size_t kMegabyte = std::size_t{1} << 20;
    const std::string unit = GENERATE(values<std::string>({
        "a",      // one word
        "Joe. ",  // sentences
        std::string(1, '\0'),
        "U2FsdGVkX18+abcDEF0123456789/",                             // base64
        "<p class=\"x\">Joe &amp; <b>Ann</b></p>",                   // HTML
        "\u05E9\u05DC\u05D5\u05DD \u0645\u0631\u062D\u0628\u0627 ",  // right to left
        "\U0001F600\U0001F468\u200D\U0001F469",
    }));

    check_sound(repeated(unit, kMegabyte));  // half a second; what is quadratic would take hours
}

TEST_CASE("half a surrogate pair and other bytes that are no UTF-8 are replaced", "[entities]") {
    const std::string text = repair_utf8("\xED\xA0\x80 Joe\xFF is in Spain\xC3");

    CHECK(text == "\uFFFD\uFFFD\uFFFD Joe\uFFFD is in Spain\uFFFD");
    check_sound(text);
}

TEST_CASE("spans of random texts are whole code points, in order and apart", "[entities]") {
    constexpr std::array<std::string_view, 24> kPieces{
        "Joe", "Spain", "é",  "\u2019s", "😀",      "\u200D", "東", "ب", ".",    "!", "'",      "n't",
        " ",   " ",     "\n", "\n\n",    "http://", "@",      "#",  "-", "1998", "$", "\uFEFF", "e\u0301"};
    Random random{GENERATE(range<std::uint64_t>(1, 200))};
    std::string text;
    for (std::size_t i = random.below(120); i > 0; --i)
        text += kPieces[random.below(kPieces.size())];

    check_sound(text);
}

TEST_CASE("the same text gives the same entities on every thread", "[entities]") {
    const std::string text = repeated("Joe Smith of Acme Corp. flew from Madrid to Paris on Monday for $20. ", 10'000);
    std::array<std::vector<Entity>, 3> found;
    {
        std::vector<std::jthread> threads;
        for (auto& mine : found)
            threads.emplace_back([&text, &mine] { mine = tagger().tag(text); });
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

TEST_CASE("BIO lines are read and tagged anew", "[entities]") {
    auto sentences = parse_conll("Angela\tO\nMerkel\tO\r\n\n\nhi\tx\tO\n");
    REQUIRE(sentences);
    REQUIRE(sentences->size() == 2);

    retag(tagger(), *sentences);

    CHECK((*sentences)[0][0].tag == "B-PER");
    CHECK((*sentences)[0][1].tag == "I-PER");
    CHECK((*sentences)[1][0].tag == "O");
}

TEST_CASE("a text in tokens is tagged line by line", "[entities]") {
    CHECK(tag_conll(tagger(), "Joe\nlives\nin\nSpain\n\n\non\n3\nMarch\n2026\n") ==
          "Joe\tB-PER\nlives\tO\nin\tO\nSpain\tB-LOC\n\n\non\tO\n3\tB-DATE\nMarch\tI-DATE\n2026\tI-DATE\n");
    CHECK(tag_conll(tagger(), "-DOCSTART-\n\n# text = Joe\nJoe\tB-LOC\r\nsleeps") ==
          "-DOCSTART-\tO\n\n# text = Joe\nJoe\tB-PER\nsleeps\tO\n");
    CHECK(tag_conll(tagger(), "Joe\n\n-DOCSTART- -X- O O\n\t3\nJoe\n") ==
          "Joe\tB-PER\n\n-DOCSTART- -X- O O\tO\n\t3\nJoe\tB-PER\n");
    CHECK(tag_conll(tagger(), "").empty());
    CHECK(tag_conll(tagger(), "\n") == "\n");
}

TEST_CASE("a sentence in tokens may be of any length", "[entities]") {
    const std::vector<std::string_view> sentence{"Joe", "lives", "in", "Spain", "for", "5", "."};
    std::vector<std::string_view> endless;
    for (int i = 0; i < 40'000; ++i)
        endless.insert(endless.end(), sentence.begin(), sentence.end());

    const auto found = tagger().tag_sentences({endless, sentence, {}, sentence});

    REQUIRE(found.size() == 4);
    CHECK(found[0].size() > 70'000);
    CHECK(std::ranges::all_of(found[0], [&endless](const Entity& entity) {
        return entity.end == entity.begin + 1 && (endless[entity.begin] == "Joe" || endless[entity.begin] == "Spain");
    }));
    CHECK(found[1].size() == 2);
    CHECK(found[2].empty());
    CHECK((found[3].size() == 2 && found[3][1].begin == 3));
}

TEST_CASE("a month that is a person's name stays one unless a date is plain", "[entities]") {
    const auto types_in = [](std::string_view text) {
        std::string types;
        for (const Entity& entity : tagger().tag(text))
            types.append(name_of(entity.type)).append(" ");
        return types;
    };

    CHECK(types_in("Mrs. June") == "PERSON ");
    CHECK(types_in("in June") == "DATE ");
    CHECK(types_in("Sales rose last April.") == "DATE ");
}

TEST_CASE("Joe and Spain are found in any case", "[entities]") {
    const std::string text = GENERATE("Joe is going to Spain", "joe is going to spain", "JOE IS GOING TO SPAIN",
                                      "Joe is going to Spain.", "joe is going to spain.", "JOE IS GOING TO SPAIN.");

    const auto found = tagger().tag(text);

    REQUIRE(found.size() == 2);
    CHECK((found[0].type == Type::Person && found[0].begin == 0 && found[0].end == 3));
    CHECK((found[1].type == Type::Location && found[1].begin == 16 && found[1].end == 21));
}

TEST_CASE("a text that is read in steps has what it has at once", "[entities]") {
    const std::string text = repeated("Joe Smith of Acme Corp. flew from Madrid to Paris on Monday for $20. ", 100'000);

    Tagger::Reading reading{tagger(), text, nullptr};
    int steps = 1;
    while (reading.step())
        ++steps;

    CHECK(steps > 3);
    const auto at_once = tagger().tag(text);
    CHECK(std::ranges::equal(reading.found(), at_once, [](const Entity& a, const Entity& b) {
        return a.type == b.type && a.begin == b.begin && a.end == b.end;
    }));
}

TEST_CASE("a line that is not BIO is refused with its number", "[entities]") {
    const auto sentences = parse_conll("a\tO\nb\n");
    REQUIRE_FALSE(sentences);
    CHECK(sentences.error().code == Errc::InvalidArgument);
    CHECK(sentences.error().message.find("line 2") != std::string::npos);

    const auto broken = parse_conll("a\tO\n\xF0\x9F\tO\n");
    REQUIRE_FALSE(broken);
    CHECK(broken.error().message == "line 2: is not UTF-8");
}

}  // namespace rialto::entities
