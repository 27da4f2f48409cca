#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "rialto/pattern/matcher.hpp"

namespace rialto::pattern {
namespace {

/// A matcher, and beside it one for each rule: what they find must be the same.
class Pair {
public:
    void add(RuleId id, const std::string& text) {
        INFO(text);
        const auto pattern = Pattern::parse(text);
        REQUIRE(pattern);
        together_.add(id, *pattern);
        alone_[id].add(id, *pattern);
    }
    void remove(RuleId id) {
        together_.remove(id);
        alone_.erase(id);
    }
    /// Gives how many rules matched.
    std::size_t check(const std::string& event) {
        INFO(event);
        std::vector<RuleId> found;
        std::vector<RuleId> expected;
        std::vector<RuleId> one;
        REQUIRE(together_.match(event, scratch_, found));
        for (const auto& [id, matcher] : alone_) {
            REQUIRE(matcher.match(event, scratch_, one));
            expected.insert(expected.end(), one.begin(), one.end());
        }
        CHECK(found == expected);
        return found.size();
    }
    std::size_t size() const { return together_.size(); }

private:
    Matcher together_;
    std::map<RuleId, Matcher> alone_;
    Scratch scratch_;
};

class Random {
public:
    explicit Random(unsigned seed) : engine_{seed} {}
    std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>{0, n - 1}(engine_); }
    /// Of a few letters, so that words often begin and end alike.
    std::string word(std::size_t least, std::size_t most) {
        std::string text;
        for (auto left = least + below(most - least + 1); left > 0; --left)
            text += "abAB"[below(4)];
        return text;
    }
    std::string number() { return std::to_string(below(3000)) + (below(2) ? "" : ".25"); }
    std::string address() { return "10." + std::to_string(below(3)) + ".0." + std::to_string(below(9)); }

private:
    std::mt19937 engine_;
};

std::string quoted(const std::string& text) { return '"' + text + '"'; }

/// One test of each kind that is looked up in its own way.
std::string random_test(Random& random) {
    const auto number = std::to_string(random.below(3000));
    switch (random.below(12)) {
        case 0:
            return quoted(random.word(1, 6));
        case 1:
            return R"({"prefix":)" + quoted(random.word(1, 6)) + "}";
        case 2:
            return R"({"suffix":)" + quoted(random.word(1, 6)) + "}";
        case 3:
            return R"({"equals-ignore-case":)" + quoted(random.word(1, 5)) + "}";
        case 4:
            return R"({"prefix":{"equals-ignore-case":)" + quoted(random.word(1, 5)) + "}}";
        case 5:
            return R"({"suffix":{"equals-ignore-case":)" + quoted(random.word(1, 5)) + "}}";
        case 6:
            return R"({"wildcard":)" + quoted(random.word(0, 3) + "*" + random.word(0, 4)) + "}";
        case 7:
            return R"({"wildcard":)" + quoted("*" + random.word(3, 5) + "*") + "}";
        case 8:
            return R"({"numeric":[">=",)" + number + R"(,"<",)" + std::to_string(random.below(500) + 3000) + "]}";
        case 9:
            return R"({"numeric":["=",)" + random.number() + "]}";
        case 10:
            return quoted(random.address());
        default:
            return R"({"cidr":")" + random.address() + "/" + std::to_string(14 + random.below(18)) + "\"}";
    }
}

std::string random_value(Random& random) {
    switch (random.below(4)) {
        case 0:
            return random.number();
        case 1:
            return quoted(random.address());
        default:
            return quoted(random.word(0, 9));
    }
}

/// With each of them looked up as often as it stands there, these would take minutes and all memory.
TEST_CASE("values that stand in an event often are looked up once", "[pattern]") {
    Matcher matcher;
    RuleId id = 0;
    const auto add = [&](const std::string& text) { matcher.add(id++, Pattern::parse(text).value()); };
    constexpr RuleId kAlike = 2'000;
    for (RuleId i = 0; i < kAlike; ++i)
        add(R"({"a":["x"],"b":["x"],"c":["x"],"d":["x"]})");
    for (int i = 0; i < 2'000; ++i) {
        add(R"({"source":["s"],"m":[{"wildcard":"*====z)" + std::to_string(i) + R"(*"}]})");
        add(R"({"source":["s"],"n":[{"numeric":[">",)" + std::to_string(1000 + i) + "]}]}");
    }
    std::vector<RuleId> found;
    Scratch scratch;

    const std::string eight = R"(["x","x","x","x","x","x","x","x"])";
    REQUIRE(matcher.match(R"({"a":)" + eight + R"(,"b":)" + eight + R"(,"c":)" + eight + R"(,"d":)" + eight + "}",
                          scratch, found));
    CHECK(found.size() == kAlike);
    REQUIRE(matcher.match(R"({"source":"s","m":")" + std::string(200'000, '=') + "\"}", scratch, found));
    CHECK(found.empty());
    std::string numbers = "1e9";
    for (int i = 0; i < 20'000; ++i)
        numbers += ",1e-9,1e9";
    REQUIRE(matcher.match(R"({"source":"s","n":[)" + numbers + "]}", scratch, found));
    CHECK(found.size() == 2'000);
}

}  // namespace

TEST_CASE("rules of one field are found by whatever sets them apart", "[pattern]") {
    Random random{1};
    Pair pair;
    for (RuleId id = 0; id < 1500; ++id)
        pair.add(id, R"({"v":[)" + random_test(random) + "]}");
    std::size_t total = 0;

    for (int i = 0; i < 25; ++i)
        total += pair.check(R"({"v":)" + random_value(random) + "}");
    for (RuleId id = 0; id < 1500; ++id)
        if (random.below(10) != 0)
            pair.remove(id);
    for (int i = 0; i < 25; ++i)
        total += pair.check(R"({"v":[)" + random_value(random) + "," + random_value(random) + "]}");

    CHECK(total > 300);
}

TEST_CASE("rules of many fields are found by several of them together", "[pattern]") {
    Random random{2};
    Pair pair;
    const auto field = [&random] { return quoted(std::string(1, "abcdefgh"[random.below(8)])); };
    const auto either = [&random](const auto& one) { return one() + (random.below(3) == 0 ? "," + one() : ""); };
    std::size_t total = 0;

    for (int round = 0; round < 2000; ++round) {
        const auto id = static_cast<RuleId>(random.below(900));
        pair.remove(id);
        std::string text;
        for (auto left = 1 + random.below(4); left > 0; --left)
            text += (text.empty() ? "" : ",") + field() + ":[" +
                    either([&] { return random.below(2) ? quoted(random.word(1, 2)) : random_test(random); }) + "]";
        pair.add(id, "{" + text + "}");
        if (round % 15 != 0)
            continue;
        std::string event = R"("a":"a")";
        for (int i = 0; i < 8; ++i)
            event += "," + field() + ":" + (random.below(3) ? quoted(random.word(1, 2)) : random_value(random));
        total += pair.check("{" + event + "}");
    }

    CHECK(total > 300);
}

TEST_CASE("rules that name ever other sets of fields are found all the same", "[pattern]") {
    Random random{3};
    Pair pair;
    std::string event;
    for (char name = 'a'; name < 'a' + 12; ++name)
        event += std::string{event.empty() ? "" : ","} + quoted(std::string(1, name)) + ":\"x\"";
    for (RuleId id = 0; id < 600; ++id) {
        std::string text;
        for (char name = 'a'; name < 'a' + 12; ++name)
            if (random.below(4) == 0)
                text += std::string{text.empty() ? "" : ","} + quoted(std::string(1, name)) + ":[\"x\"]";
        if (!text.empty())
            pair.add(id, "{" + text + "}");
    }

    CHECK(pair.check("{" + event + "}") == pair.size());
    CHECK(pair.check(R"({"a":"x","b":"x","c":"x"})") < pair.size());
}

TEST_CASE("an event with more combinations of values than can be looked up is matched all the same", "[pattern]") {
    Pair pair;
    for (RuleId id = 0; id < 300; ++id) {
        std::string text;
        for (const char name : std::string{"abc"})
            text +=
                std::string{text.empty() ? "" : ","} + quoted(std::string(1, name)) + ":[" + std::to_string(id) + "]";
        pair.add(id, "{" + text + "}");
    }
    std::string values;
    for (int n = 100; n < 200; ++n)
        values += (values.empty() ? "" : ",") + std::to_string(n);

    CHECK(pair.check(R"({"a":[)" + values + R"(],"b":[)" + values + R"(],"c":[)" + values + "]}") == 100);
}

TEST_CASE("a value that is there many times finds each rule once", "[pattern]") {
    Matcher matcher;
    for (RuleId id = 0; id < 100; ++id)
        matcher.add(id, Pattern::parse(R"({"v":[{"wildcard":"*aaaa*"}]})").value());
    const std::string text = R"({"v":["x",")" + std::string(200'000, 'a') + "\"]}";
    Scratch scratch;
    std::vector<RuleId> found;

    REQUIRE(matcher.match(text, scratch, found));

    CHECK(found.size() == 100);
}

TEST_CASE("rules of one source that look at a field each are set apart by what there is", "[pattern]") {
    const auto test = GENERATE(as<std::string>{}, R"({"anything-but":"x"})", R"({"exists":true})", R"({"prefix":"y"})",
                               R"("y",{"exists":false})", R"({"anything-but":{"prefix":"x"}})");
    constexpr RuleId kRules = 700;  // more than a node's children and a cluster's branches are kept in one piece
    Pair pair;
    for (RuleId id = 0; id < kRules; ++id)
        pair.add(id, R"({"source":["s"],"detail":{"field_number_)" + std::to_string(id) + R"(":[)" + test + "]}}");

    const std::string events[] = {R"({"source":"s","detail":{"field_number_7":"y"}})",
                                  R"({"source":"s","detail":{"field_number_7":"x","field_number_699":"yes"}})",
                                  R"({"source":"s","detail":[{"field_number_7":"x"},{"field_number_9":"y"},{}]})",
                                  R"({"source":"s","detail":{}})", R"({"source":"t","detail":{"field_number_7":"y"}})"};
    std::size_t matched = 0;
    for (const auto& event : events)
        matched += pair.check(event);
    CHECK(matched > 0);
    for (RuleId id = 0; id < kRules; id += 2)
        pair.remove(id);
    for (const auto& event : events)
        pair.check(event);
    for (RuleId id = 1; id < kRules; id += 2)
        pair.remove(id);
    CHECK(pair.check(events[0]) == 0);
}

TEST_CASE("a field that may be absent is looked up by its values and by its absence", "[pattern]") {
    Pair pair;
    for (RuleId id = 0; id < 50; ++id)
        pair.add(id, R"({"s":["s"],"r":{"a":[1],"b":[)" + std::to_string(id) + R"(,{"exists":false}]}})");

    CHECK(pair.check(R"({"s":"s","r":{"a":1,"b":7}})") == 1);
    CHECK(pair.check(R"({"s":"s","r":{"a":1}})") == 50);
    CHECK(pair.check(R"({"s":"s","r":[{"a":1},{"b":7}]})") == 50);
    CHECK(pair.check(R"({"s":"s","r":[{"a":1,"b":7},{"b":8}]})") == 1);
    CHECK(pair.check(R"({"s":"s","r":{"a":2}})") == 0);
}

TEST_CASE("of many equal values at one path each rule finds what it needs", "[pattern]") {
    Pair pair;
    for (RuleId id = 0; id < 20; ++id)
        pair.add(id, R"({"a":[{"anything-but":["x","y)" + std::to_string(id) + "\"]}]}");
    std::string values = R"("x")";
    for (int i = 0; i < 500; ++i)
        values += R"(,"x","y7")";

    CHECK(pair.check(R"({"a":[)" + values + "]}") == 19);
}

TEST_CASE("what would take too long to decide is told, and nothing else is lost by it", "[pattern]") {
    // Its choices of `a` and `a-b` are of arrays that lie apart, so every pair of them would be tried.
    std::string event = R"({"s":"q","a":[)";
    for (int i = 0; i < 3'000; ++i)
        event += R"(["x"],)";
    event += R"({"z":"z"}],"a-b":[{"y":"y"})";
    for (int i = 0; i < 3'000; ++i)
        event += R"(,{"y":"y"})";
    event += "]}";
    Matcher matcher;
    matcher.add(3, Pattern::parse(R"({"a":["x"],"a-b":{"y":["y"]},"a.z":["z"]})").value());
    matcher.add(4, Pattern::parse(R"({"s":["q"]})").value());
    Scratch scratch;
    std::vector<RuleId> found;

    REQUIRE(matcher.match(event, scratch, found));

    CHECK(found == std::vector<RuleId>{4});
    CHECK(std::ranges::equal(scratch.undecided(), std::vector<RuleId>{3}));
}

}  // namespace rialto::pattern
