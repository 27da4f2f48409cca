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

/// Those of texts, as they would be with equals-ignore-case, for which wildcards have no form.
Tests ignoring_case(const std::vector<Predicate>& tests) {
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

std::optional<NearMiss::Kind> near_value(const Value& value, const Tests& tests, const Tests& without_case) {
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

bool is_spelt_alike(std::string_view a, std::string_view b) {
    const auto letters =
        std::views::filter([](char c) { return c != '-' && c != '_'; }) | std::views::transform(ascii_lower);
    return std::ranges::equal(a | letters, b | letters);
}

bool looks_like_object(std::string_view text) {
    text = trimmed(text);
    return text.starts_with('{') && text.ends_with('}');
}

std::optional<NearMiss::Kind> near_field(const EventField& other, std::string_view steps, const Tests& tests) {
    if (!other.kind)
        return std::nullopt;
    if (steps.starts_with(other.steps) && *other.kind == Kind::String && looks_like_object(other.text))
        return NearMiss::Kind::InText;
    const bool is_level_off = has_one_step_more(steps, other.steps) || has_one_step_more(other.steps, steps);
    if (!is_level_off && !is_spelt_alike(steps, other.steps))
        return std::nullopt;
    if (!tests.accept(Value{*other.kind, other.text}))
        return std::nullopt;
    return is_level_off ? NearMiss::Kind::OtherLevel : NearMiss::Kind::OtherName;
}

/// The same in many elements of an array counts once.
void add(std::vector<NearMiss>& misses, const NearMiss& miss) {
    const auto is_same = [&miss](const NearMiss& other) { return other.kind == miss.kind && other.path == miss.path; };
    if (misses.size() < kMostMisses && std::ranges::none_of(misses, is_same))
        misses.push_back(miss);
}

}  // namespace

std::vector<NearMiss> near_values(const Field& field, std::span<const Value> values) {
    const auto tests = telling(field.condition->tests);
    const auto without_case = ignoring_case(field.condition->tests);
    std::vector<NearMiss> misses;
    for (const Value& value : values)
        if (const auto kind = near_value(value, tests, without_case))
            add(misses, {*kind, field.path, shown_value(value)});
    return misses;
}

std::vector<NearMiss> near_fields(const Field& field, std::span<const EventField> others) {
    const Tests tests{field.condition->tests};
    const std::string steps = field.path + '.';
    std::vector<NearMiss> misses;
    for (const EventField& other : others)
        if (const auto kind = near_field(other, steps, tests))
            add(misses, {*kind, other.steps.substr(0, other.steps.size() - 1), shown_value({*other.kind, other.text})});
    return misses;
}

}  // namespace rialto::pattern
