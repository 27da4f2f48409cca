#include "entities/rules.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "entities/tokenizer.hpp"

namespace rialto::entities {
namespace {

/// What the rules find in one sentence: "DATE:3 March 2026" parted by "; ".
std::string found_in(std::string_view text) {
    Tokenizer tokenizer{text};
    std::vector<Token> tokens;
    tokenizer.next_sentence(tokens);
    std::vector<Term> sentence;
    for (const Token& token : tokens)
        sentence.push_back(classify(token.in(text)));
    std::vector<Entity> found;
    find_by_rules(sentence, found);

    std::string out;
    for (const Entity& entity : found) {
        const std::size_t begin = tokens[entity.begin].begin;
        out.append(out.empty() ? "" : "; ").append(name_of(entity.type)).append(":");
        out.append(text.substr(begin, tokens[entity.end - 1].end - begin));
    }
    return out;
}

struct Case {
    std::string_view text;
    std::string_view found;
};

}  // namespace

TEST_CASE("dates are found", "[entities]") {
    const auto example = GENERATE(values<Case>({
        {"on 3 March 2026 we", "DATE:3 March 2026"},
        {"on March 3, 2026 we", "DATE:March 3, 2026"},
        {"on March 3rd we", "DATE:March 3rd"},
        {"on the 3rd of March 2026 we", "DATE:the 3rd of March 2026"},
        {"in March 2026 we", "DATE:March 2026"},
        {"in March we", "DATE:March"},
        {"by September we", "DATE:September"},
        {"on 2026-03-01 we", "DATE:2026-03-01"},
        {"on Tuesday, 3 March 2026, we", "DATE:Tuesday, 3 March 2026"},
        {"last Tuesday night we", "DATE:last Tuesday night"},
        {"on Friday evening we", "DATE:Friday evening"},
        {"yesterday we", "DATE:yesterday"},
        {"tomorrow morning we", "DATE:tomorrow morning"},
        {"for the past three years we", "DATE:the past three years"},
        {"three days ago we", "DATE:three days ago"},
        {"a week ago we", "DATE:a week ago"},
        {"born in 1998 in", "DATE:1998"},
        {"in the 1990s we", "DATE:the 1990s"},
        {"in the 19th century we", "DATE:the 19th century"},
        {"in the summer of 1998 we", "DATE:the summer of 1998"},
        {"from 1998-2004 we", "DATE:1998-2004"},
        {"at 10:30 pm we", "DATE:10:30 pm"},
        {"at 5 p.m. we", "DATE:5 p.m."},
        {"at 5 p.m. EST we", "DATE:5 p.m. EST"},
        {"at 2000 GMT we", "DATE:2000 GMT"},
        {"on March 3-5 we", "DATE:March 3-5"},
        {"in 2009 and 2013 .", "DATE:2009; DATE:2013"},
        {"the 1991 Gulf War", "DATE:1991"},
        {"over the weekend we", "DATE:the weekend"},
        {"in recent years we", "DATE:recent years"},
        {"on monday or 3 march 2026 we", "DATE:monday; DATE:3 march 2026"},
        {"in january we", "DATE:january"},
    }));

    CHECK(found_in(example.text) == example.found);
}

TEST_CASE("quantities are found", "[entities]") {
    const auto example = GENERATE(values<Case>({
        {"some 20 % of", "QUANTITY:20 %"},
        {"some 20% of", "QUANTITY:20%"},
        {"paid $5 million for", "QUANTITY:$5 million"},
        {"paid €3.50 for", "QUANTITY:€3.50"},
        {"paid 20 euros for", "QUANTITY:20 euros"},
        {"ran five hundred kilometres in", "QUANTITY:five hundred kilometres"},
        {"weighs 3.5 kg or", "QUANTITY:3.5 kg"},
        {"weighs 80kg or", "QUANTITY:80kg"},
        {"about 1,500 miles off", "QUANTITY:1,500 miles"},
        {"in 1500 miles", "QUANTITY:1500 miles"},
        {"two million people", "QUANTITY:two million"},
        {"a dozen eggs", "QUANTITY:a dozen"},
        {"for twenty-one days", "QUANTITY:twenty-one days"},
    }));

    CHECK(found_in(example.text) == example.found);
}

TEST_CASE("words that only look like dates or quantities are left alone", "[entities]") {
    const auto* const text =
        GENERATE("You may march on", "the second book", "I have five", "chapter 12 , verse 3", "this one",
                 "a few of us", "he will fall", "some 2000 people", "the sun set", "the last word", "");
    CHECK(found_in(text).empty());
}

}  // namespace rialto::entities
