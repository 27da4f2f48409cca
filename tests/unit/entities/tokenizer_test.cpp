#include "entities/tokenizer.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace rialto::entities {
namespace {

/// Tokens parted by '|', sentences by " || ".
std::string split(std::string_view text) {
    Tokenizer tokenizer{text};
    std::vector<Token> sentence;
    std::string out;
    while (tokenizer.next_sentence(sentence)) {
        if (!out.empty())
            out += " || ";
        for (const Token& token : sentence)
            out.append(&token == &sentence.front() ? "" : "|").append(token.in(text));
    }
    return out;
}

std::vector<std::vector<Token>> sentences_of(std::string_view text) {
    Tokenizer tokenizer{text};
    std::vector<std::vector<Token>> sentences;
    std::vector<Token> sentence;
    while (tokenizer.next_sentence(sentence))
        sentences.push_back(sentence);
    return sentences;
}

struct Case {
    std::string_view text;
    std::string_view tokens;
};

}  // namespace

TEST_CASE("text is split into tokens as the training data are", "[entities]") {
    const auto example = GENERATE(values<Case>({
        {"Joe lives in Spain.", "Joe|lives|in|Spain|."},
        {"\"Hi,\" (she) said!", "\"|Hi|,|\"|(|she|)|said|!"},
        {"Joe's dogs' tails", "Joe|'s|dogs|'|tails"},
        {"Joe’s I’m we'll", "Joe|’s|I|’m|we|'ll"},
        {"don't can't isn’t", "do|n't|ca|n't|is|n’t"},
        {"O'Connor o'clock L'Enfant", "O'Connor|o'clock|L'Enfant"},
        {"Mr. Smith of Foo Inc. left", "Mr.|Smith|of|Foo|Inc.|left"},
        {"J. K. Rowling, U.S. citizen", "J.|K.|Rowling|,|U.S.|citizen"},
        {"at 5 p.m. today", "at|5|p.m.|today"},
        {"on Sat., Mar. 3 of", "on|Sat.|,|Mar.|3|of"},
        {"No. 10 at -5 or a-5", "No.|10|at|-5|or|a-5"},
        {"1,500.75 and 3.5 at 10:30", "1,500.75|and|3.5|at|10:30"},
        {"$5 million, 20% or 5km", "$|5|million|,|20|%|or|5km"},
        {"2026-03-01 and 01/02/2026", "2026-03-01|and|01/02/2026"},
        {"see https://example.com/a?b=c, now", "see|https://example.com/a?b=c|,|now"},
        {"www.example.com.", "www.example.com|."},
        {"mail joe.b@example.com.", "mail|joe.b@example.com|."},
        {"@joe likes #Spain_1!", "@joe|likes|#Spain_1|!"},
        {"AT&T well-known and/or", "AT&T|well-known|and|/|or"},
        {"wait... what?!", "wait|...|what|?|!"},
        {"a—b – c", "a|—|b|–|c"},
        {"Zürich – Łódź", "Zürich|–|Łódź"},
        {"hi😀😀there", "hi|😀😀|there"},
        {"I. Newton and I.", "I|. || Newton|and|I|."},
    }));

    CHECK(split(example.text) == example.tokens);
}

TEST_CASE("sentences end where a reader sees their end", "[entities]") {
    const auto example = GENERATE(values<Case>({
        {"One. Two.", "One|. || Two|."},
        {"He said \"Go.\" Then left.", "He|said|\"|Go|.|\" || Then|left|."},
        {"Dr. No came. Why?", "Dr.|No|came|. || Why|?"},
        {"The cat sat. No. The Sun. We", "The|cat|sat|. || No|. || The|Sun|. || We"},
        {"Version 2. of it", "Version|2|.|of|it"},
        {"A title\n\nA body", "A|title || A|body"},
        {"A line\ngoes on", "A|line|goes|on"},
        {"List\n- one\n- two", "List || -|one || -|two"},
        {"", ""},
        {" \n\t ", ""},
    }));

    CHECK(split(example.text) == example.tokens);
}

TEST_CASE("tokens leave out nothing but spaces and never overlap", "[entities]") {
    const std::string text = "Señor “García” — 東京, Москва 😀\u200B\u00A0مرحبا بالعالم e\u0301!\x01 x";
    std::size_t at = 0;
    for (const auto& sentence : sentences_of(text)) {
        for (const Token& token : sentence) {
            REQUIRE(token.begin >= at);
            REQUIRE(token.end > token.begin);
            CHECK((static_cast<unsigned char>(text[token.begin]) & 0xC0) != 0x80);
            CHECK((token.end == text.size() || (static_cast<unsigned char>(text[token.end]) & 0xC0) != 0x80));
            at = token.end;
        }
    }
}

// Together with a bounded look-ahead these bounds are what makes the work linear in the bytes.
TEST_CASE("no text makes a sentence or a token longer than its bound", "[entities]") {
    const std::string unit =
        GENERATE(values<std::string>({"a", ".", "a.", "a-", "a+", "'", "n't", "@", "\u2019", "😀", "東", "a ",
                                      "http://a", "a@b.c", "1,", std::string(1, '\0')}));
    std::string text;
    while (text.size() < 50'000)
        text += unit;

    std::size_t tokens = 0;
    for (const auto& sentence : sentences_of(text)) {
        REQUIRE(sentence.size() <= kMaxSentenceTokens);
        tokens += sentence.size();
        for (const Token& token : sentence)
            REQUIRE(token.end - token.begin <= kMaxChunkBytes);
    }
    CHECK(tokens <= text.size());
}

}  // namespace rialto::entities
