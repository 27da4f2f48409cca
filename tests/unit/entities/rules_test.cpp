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
        {"the September Summit", "DATE:September"},
        {"the March elections", "DATE:March"},
        {"between March and May .", "DATE:March; DATE:May"},
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
        {"in april we", "DATE:april"},
        {"since march 3 we", "DATE:march 3"},
        {"on 12 may we", "DATE:12 may"},
        {"in may 2004 we", "DATE:may 2004"},
        {"on march 3 .", "DATE:march 3"},
        {"on 03 March 2026 we", "DATE:03 March 2026"},
        {"in July of 2005 we", "DATE:July of 2005"},
        {"in January, 2005 we", "DATE:January, 2005"},
        {"on Mar. 3, 2024 we", "DATE:Mar. 3, 2024"},
        {"on Jul. 4 we", "DATE:Jul. 4"},
        {"on Sat., Jun. 7 we", "DATE:Sat., Jun. 7"},
        {"on Tues. we", "DATE:Tues."},
        {"on November the 9th we", "DATE:November the 9th"},
        {"from 3 to 4 May 1999 we", "DATE:3 to 4 May 1999"},
        {"on September 8 and 9 .", "DATE:September 8 and 9"},
        {"on September 8 and 9 people", "DATE:September 8"},
        {"on Sunday morning, March 3, we", "DATE:Sunday morning, March 3"},
        {"on 12/25/24 we", "DATE:12/25/24"},
        {"on 29-Feb-2024 we", "DATE:29-Feb-2024"},
        {"at 2026-03-01T10:30:00Z we", "DATE:2026-03-01T10:30:00Z"},
        {"at 2026-03-01T10:30:00.123456Z we", "DATE:2026-03-01T10:30:00.123456Z"},
        {"open Monday-Friday in", "DATE:Monday-Friday"},
        {"at Christmas we", "DATE:Christmas"},
        {"on Christmas Eve we", "DATE:Christmas Eve"},
    }));

    CHECK(found_in(example.text) == example.found);
}

TEST_CASE("times of day are found", "[entities]") {
    const auto example = GENERATE(values<Case>({
        {"at 5:30pm we", "DATE:5:30pm"},
        {"at 7.30 p.m. we", "DATE:7.30 p.m."},
        {"at five o'clock we", "DATE:five o'clock"},
        {"at 5 o’clock we", "DATE:5 o’clock"},
        {"at noon we", "DATE:noon"},
        {"at 12 noon we", "DATE:12 noon"},
        {"until midnight Friday we", "DATE:midnight; DATE:Friday"},
        {"open 9-5 , 3-5 p.m. only", "DATE:3-5 p.m."},
        {"at 10:30 GMT we", "DATE:10:30 GMT"},
    }));

    CHECK(found_in(example.text) == example.found);
}

TEST_CASE("periods of the calendar are found", "[entities]") {
    const auto example = GENERATE(values<Case>({
        {"in the late 19th century we", "DATE:the late 19th century"},
        {"in the early 20th century we", "DATE:the early 20th century"},
        {"in the 21st century we", "DATE:the 21st century"},
        {"in the twenty-first century we", "DATE:the twenty-first century"},
        {"some 18th-century art", "DATE:18th-century"},
        {"in the 3rd century BC we", "DATE:the 3rd century BC"},
        {"in 44 BC we", "DATE:44 BC"},
        {"in the '90s we", "DATE:the '90s"},
        {"in the 90s we", "DATE:the 90s"},
        {"in the early '70s we", "DATE:the early '70s"},
        {"in the early 1990s we", "DATE:the early 1990s"},
        {"in early 2004 we", "DATE:early 2004"},
        {"in mid-July we", "DATE:mid-July"},
        {"in mid-May 2004 we", "DATE:mid-May 2004"},
        {"in late-2008 we", "DATE:late-2008"},
        {"by mid-year we", "DATE:mid-year"},
        {"in Q3 2024 we", "DATE:Q3 2024"},
        {"in Q3 of 2024 we", "DATE:Q3 of 2024"},
        {"in the third quarter we", "DATE:the third quarter"},
        {"the third-quarter profit", "DATE:third-quarter"},
        {"in FY2024 we", "DATE:FY2024"},
        {"in fiscal year 2004 we", "DATE:fiscal year 2004"},
        {"the 2023/24 season", "DATE:2023/24"},
        {"in 2023-24 we", "DATE:2023-24"},
        {"in 1999-00 we", "DATE:1999-00"},
        {"from 1998–2004 we", "DATE:1998–2004"},
        {"( 1998 - 2004 )", "DATE:1998 - 2004"},
        {"( 1861 - 65 )", "DATE:1861 - 65"},
        {"crisis of 2008 - 9 eroded", "DATE:2008 - 9"},
        {"in the summer we", "DATE:the summer"},
        {"in winter we", "DATE:winter"},
        {"in the winter of 1969-70 we", "DATE:the winter of 1969-70"},
        {"at the turn of the century we", "DATE:the turn of the century"},
        {"in the year 2000 we", "DATE:the year 2000"},
        {"in the first half of the year we", "DATE:the first half of the year"},
        {"in the first half of 2004 we", "DATE:the first half of 2004"},
        {"at the end of last year we", "DATE:the end of last year"},
        {"the last week of March we", "DATE:the last week of March"},
        {"the first three months of 2004 we", "DATE:the first three months of 2004"},
        {"the third quarter of 2008 we", "DATE:the third quarter of 2008"},
        {"for the first six months we", "DATE:the first six months"},
    }));

    CHECK(found_in(example.text) == example.found);
}

TEST_CASE("dates that are told from another one are found", "[entities]") {
    const auto example = GENERATE(values<Case>({
        {"early this month we", "DATE:early this month"},
        {"late last year we", "DATE:late last year"},
        {"late Tuesday we", "DATE:late Tuesday"},
        {"later this year we", "DATE:later this year"},
        {"earlier Thursday we", "DATE:earlier Thursday"},
        {"early Friday morning we", "DATE:early Friday morning"},
        {"later that day we", "DATE:later that day"},
        {"a year earlier we", "DATE:a year earlier"},
        {"Two years later we", "DATE:Two years later"},
        {"two and a half years ago we", "DATE:two and a half years ago"},
        {"half a year ago we", "DATE:half a year ago"},
        {"a year and a half ago we", "DATE:a year and a half ago"},
        {"a couple of weeks ago we", "DATE:a couple of weeks ago"},
        {"years ago we", "DATE:years ago"},
        {"this past week we", "DATE:this past week"},
        {"the following day we", "DATE:the following day"},
        {"the same year we", "DATE:the same year"},
        {"the vlogs coming this month", "DATE:this month"},
        {"in coming weeks we", "DATE:coming weeks"},
        {"this coming Friday we", "DATE:this coming Friday"},
        {"in the early 1960's we", "DATE:the early 1960's"},
        {"in the 1980’s we", "DATE:the 1980’s"},
        {"four months earlier than planned", "QUANTITY:four months"},
        {"each year we", "DATE:each year"},
        {"every four years we", "DATE:every four years"},
        {"the other day we", "DATE:the other day"},
        {"the next two to three weeks we", "DATE:the next two to three weeks"},
        {"two or three years ago we", "DATE:two or three years ago"},
        {"every Friday night we", "DATE:every Friday night"},
        {"that night we", "DATE:that night"},
        {"last fiscal year we", "DATE:last fiscal year"},
        {"last season we", "DATE:last season"},
        {"the season opener , a year-end sale", "DATE:year-end"},
        {"overnight we", "DATE:overnight"},
    }));

    CHECK(found_in(example.text) == example.found);
}

TEST_CASE("a number of four digits is a year where it counts nothing", "[entities]") {
    const auto example = GENERATE(values<Case>({
        {"The 2016 presidential election", "DATE:2016"},
        {"The 2000 presidential election", "DATE:2000"},
        {"his 2004 book", "DATE:2004"},
        {"by 1900 had evolved", "DATE:1900"},
        {"2000 was a good year", "DATE:2000"},
        {"Italy 's 1945 execution", "DATE:1945"},
        {"its 2003 and 2007 elections", "DATE:2003; DATE:2007"},
        {"after Euro 2008 we", "DATE:2008"},
        {"of 2004 people", "DATE:2004"},
        {"crowd of 2000 .", "DATE:2000"},
        {"some 2000 people", ""},
        {"more than 2010 people", ""},
        {"A crowd of 2000 people", ""},
        {"from 1500 to 1200 people", ""},
        {"Of 1500 employees", ""},
        {"staff of 1900 workers by 1200 jobs", ""},
        {"from 2015 to 2000 customers", ""},
        {"killed 1500 .", ""},
        {"in 2004 dollars", "QUANTITY:2004 dollars"},
        {"Boeing 1234 .", ""},
        {"Windows 2000 .", ""},
        {"page 1234 .", ""},
        {"page 1984 .", ""},
        {"Resolution 1718 , which", ""},
        {"Call 1234-5678 now", ""},
        {"Call 2004-1998 now", ""},
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
        {"about one hundred and fifty miles off", "QUANTITY:one hundred and fifty miles"},
        {"paid half a million dollars for", "QUANTITY:half a million dollars"},
        {"paid a million and a half dollars for", "QUANTITY:a million and a half dollars"},
        {"for half an hour we", "QUANTITY:half an hour"},
        {"for a year and a half we", "QUANTITY:a year and a half"},
        {"for two and a half years we", "QUANTITY:two and a half years"},
        {"for a couple of days we", "QUANTITY:a couple of days"},
        {"lost tens of thousands of dollars in", "QUANTITY:tens of thousands of dollars"},
        {"lost millions of dollars in", "QUANTITY:millions of dollars"},
        {"some 25 per cent of", "QUANTITY:25 per cent"},
        {"by 0.5 percentage points in", "QUANTITY:0.5 percentage points"},
        {"paid 1 cent for", "QUANTITY:1 cent"},
        {"some 500 square kilometres of", "QUANTITY:500 square kilometres"},
        {"some 20-30 percent of", "QUANTITY:20-30 percent"},
        {"some 20–30 percent of", "QUANTITY:20–30 percent"},
        {"some 20 to 30 percent of", "QUANTITY:20 to 30 percent"},
        {"two or three miles off", "QUANTITY:two or three miles"},
        {"paid $5-10 million for", "QUANTITY:$5-10 million"},
        {"paid $5bn for", "QUANTITY:$5bn"},
        {"paid 300 pesos for", "QUANTITY:300 pesos"},
        {"paid Rs 500 for", "QUANTITY:Rs 500"},
        {"paid USD 5 million for", "QUANTITY:USD 5 million"},
        {"paid 5 million USD for", "QUANTITY:5 million USD"},
        {"by two-thirds of", "QUANTITY:two-thirds"},
        {"a nine-year-old girl", "QUANTITY:nine-year-old"},
        {"is nine years old and", "QUANTITY:nine years old"},
        {"a 10-year contract", "QUANTITY:10-year"},
        {"at 60 km/h on", "QUANTITY:60 km/h"},
        {"at 60km/h on", "QUANTITY:60km/h"},
        {"at 60 miles per hour on", "QUANTITY:60 miles per hour"},
        {"at 20 degrees Celsius we", "QUANTITY:20 degrees Celsius"},
        {"at 20 °C we", "QUANTITY:20 °C"},
        {"at -5 degrees we", "QUANTITY:-5 degrees"},
        {"In May 20 percent of", "DATE:May; QUANTITY:20 percent"},
        {"add 5 1/2 pounds of", "QUANTITY:5 1/2 pounds"},
    }));

    CHECK(found_in(example.text) == example.found);
}

TEST_CASE("words that only look like dates or quantities are left alone", "[entities]") {
    const auto* const text = GENERATE(
        "You may march on", "the second book", "I have five", "chapter 12 , verse 3", "this one", "a few of us",
        "he will fall", "some 2000 people", "the sun set", "the last word", "", "At least 30 may have died",
        "12 may be fired", "march 3 protesters", "we may , he said", "a 5G phone", "a spring in his step",
        "the fall of Rome", "he sat .", "that may be", "at the end of it", "thu fri", "half of them", "each of us",
        "the same thing", "later on", "in the end", "2 ad campaigns", "June Carter sang", "my Aunt June",
        "the March on Washington", "Annie May sang", "which of the two am I", "the following people");
    CHECK(found_in(text).empty());
}

}  // namespace rialto::entities
