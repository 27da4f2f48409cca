#include "pattern/near_miss.hpp"

#include <algorithm>
#include <optional>
#include <ranges>

#include "pattern/condition_code.hpp"
#include "pattern/folding.hpp"
#include "pattern/json_text.hpp"
#include "pattern/shown_text.hpp"

namespace rialto::pattern {
namespace {

constexpr std::size_t kMostMisses = 3;

/// Tests of a condition, one of which must hold.
class Tests {
public:
    explicit Tests(std::vector<Predicate> tests) { encode({std::move(tests), false, {}}, code_); }

    bool accept(const Value& value) const { return accepts(code_.data(), value); }
    bool accept(const std::optional<Value>& value) const { return value && accept(*value); }

private:
    std::string code_;
};

/// Those that a value has to be like: nearly everything passes the others, so that to pass them tells nothing.
Tests telling(const std::vector<Predicate>& tests) {
    std::vector<Predicate> kept;
    std::ranges::copy_if(tests, std::back_inserter(kept), [](const Predicate& test) {
        return !std::holds_alternative<Exists>(test.test) && !std::holds_alternative<AnythingBut>(test.test);
    });
    return Tests{std::move(kept)};
}

/// Those of texts, as they would be if case did not matter.
class FoldedTests {
public:
    explicit FoldedTests(const std::vector<Predicate>& tests) : texts_{texts(tests)}, wildcards_{wildcards(tests)} {}

    bool accept(const Value& value) const {
        if (texts_.accept(value))
            return true;
        std::string lower{value.text()};
        std::ranges::transform(lower, lower.begin(), ascii_lower);
        return value.kind() == Kind::String && wildcards_.accept(Value{Kind::String, lower});
    }

private:
    static Tests texts(const std::vector<Predicate>& tests);

    /// For texts in lower case: there is no test of wildcards that ignores it.
    static Tests wildcards(const std::vector<Predicate>& tests) {
        std::vector<Predicate> kept;
        for (const Predicate& test : tests)
            if (const auto* wildcard = std::get_if<WildcardText>(&test.test))
                kept.push_back({WildcardText{wildcard->wildcard.lower_case()}});
        return Tests{std::move(kept)};
    }

    Tests texts_;
    Tests wildcards_;
};

Tests FoldedTests::texts(const std::vector<Predicate>& tests) {
    std::vector<Predicate> kept;
    for (const Predicate& test : tests) {
        if (const auto* exact = std::get_if<ExactText>(&test.test))
            kept.push_back({IgnoreCase{exact->text, IgnoreCase::Place::Whole}});
        else if (const auto* prefix = std::get_if<Prefix>(&test.test))
            kept.push_back({IgnoreCase{prefix->text, IgnoreCase::Place::Start}});
        else if (const auto* suffix = std::get_if<Suffix>(&test.test))
            kept.push_back({IgnoreCase{suffix->text, IgnoreCase::Place::End}});
    }
    return Tests{std::move(kept)};
}

std::optional<Value> without_quotes(const Value& value) {
    const auto text = value.text();
    if (value.kind() != Kind::String || text.empty())
        return std::nullopt;
    if (text == "true")
        return Value{Kind::True, text};
    if (text == "false")
        return Value{Kind::False, text};
    if (text == "null")
        return Value{Kind::Null, text};
    return json_number_length(text) == text.size() ? std::optional{Value{Kind::Number, text}} : std::nullopt;
}

std::optional<Value> in_quotes(const Value& value) {
    return value.kind() == Kind::String ? std::nullopt : std::optional{Value{Kind::String, value.text()}};
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_json_space(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_json_space(text.back()))
        text.remove_suffix(1);
    return text;
}

std::optional<NearMiss::Kind> near_value(const Value& value, const Tests& tests, const FoldedTests& without_case) {
    if (without_case.accept(value))
        return NearMiss::Kind::OtherCase;
    if (tests.accept(without_quotes(value)))
        return NearMiss::Kind::InQuotes;
    if (tests.accept(in_quotes(value)))
        return NearMiss::Kind::NoQuotes;
    if (tests.accept(Value{value.kind(), trimmed(value.text())}))
        return NearMiss::Kind::SpaceAround;
    return std::nullopt;
}

/// Whether the one is the other with one step more.
bool has_one_step_more(std::string_view longer, std::string_view shorter) {
    for (std::size_t begin = 0; begin < longer.size() && longer.size() > shorter.size();) {
        const auto end = longer.find('.', begin) + 1;
        const bool is_as_long = end - begin == longer.size() - shorter.size();
        if (is_as_long && shorter.starts_with(longer.substr(0, begin)) && shorter.ends_with(longer.substr(end)))
            return true;
        begin = end;
    }
    return false;
}

/// What is left of names that are spelt in several ways.
std::string plain(std::string_view steps) {
    std::string letters;
    for (const char c : steps)
        if (c != '-' && c != '_')
            letters += ascii_lower(c);
    return letters;
}

bool is_level_off(std::string_view a, std::string_view b) { return has_one_step_more(a, b) || has_one_step_more(b, a); }

bool looks_like_object(std::string_view text) {
    text = trimmed(text);
    return text.starts_with('{') && text.ends_with('}');
}

/// A condition whose field an event has nowhere, ready to be compared with the fields that it has.
class Wanted {
public:
    explicit Wanted(const Field& field)
        : steps_{field.path + '.'},
          plain_{plain(steps_)},
          any_{field.condition->tests},
          telling_{telling(field.condition->tests)},
          without_case_{field.condition->tests} {}

    std::optional<NearMiss> near(const EventField& other) const {
        if (!other.kind)
            return std::nullopt;
        const Value value{*other.kind, other.text};
        NearMiss miss;
        miss.path = other.steps.substr(0, other.steps.size() - 1);
        if (steps_.starts_with(other.steps) && *other.kind == Kind::String && looks_like_object(other.text))
            miss.kind = NearMiss::Kind::InText;
        else if (!compare_places(other.steps, miss) || !(any_.accept(value) || compare_values(value, miss)))
            return std::nullopt;
        miss.value = shown_value(value);
        return miss;
    }

private:
    bool compare_places(std::string_view other, NearMiss& miss) const {
        miss.kind = NearMiss::Kind::OtherLevel;
        if (is_level_off(steps_, other))
            return true;
        const auto letters = plain(other);
        if (letters == plain_) {
            miss.kind = NearMiss::Kind::OtherName;
            return true;
        }
        miss.besides = NearMiss::Kind::OtherName;
        return is_level_off(plain_, letters);
    }

    /// Two differences are near enough, three are not.
    bool compare_values(const Value& value, NearMiss& miss) const {
        if (miss.besides)
            return false;
        miss.besides = near_value(value, telling_, without_case_);
        return miss.besides.has_value();
    }

    std::string steps_;
    std::string plain_;
    Tests any_;
    Tests telling_;
    FoldedTests without_case_;
};

/// The same in many elements of an array counts once.
void add(std::vector<NearMiss>& misses, const NearMiss& miss) {
    const auto is_same = [&miss](const NearMiss& other) {
        return other.kind == miss.kind && other.besides == miss.besides && other.path == miss.path;
    };
    if (misses.size() < kMostMisses && std::ranges::none_of(misses, is_same))
        misses.push_back(miss);
}

}  // namespace

std::vector<NearMiss> near_values(const Field& field, std::span<const Value> values) {
    const auto tests = telling(field.condition->tests);
    const FoldedTests without_case{field.condition->tests};
    std::vector<NearMiss> misses;
    for (const Value& value : values)
        if (const auto kind = near_value(value, tests, without_case))
            add(misses, {.kind = *kind, .besides = {}, .path = field.path, .value = shown_value(value)});
    return misses;
}

std::vector<NearMiss> near_fields(const Field& field, std::span<const EventField> others) {
    const Wanted wanted{field};
    std::vector<NearMiss> misses;
    std::vector<NearMiss> further;  // what differs in two things
    for (const EventField& other : others)
        if (const auto miss = wanted.near(other))
            add(miss->besides ? further : misses, *miss);
    for (const NearMiss& miss : further)
        add(misses, miss);
    return misses;
}

}  // namespace rialto::pattern
