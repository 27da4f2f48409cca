#include <algorithm>
#include <deque>
#include <string>

#include "pattern/condition_code.hpp"
#include "pattern/scanner.hpp"
#include "pattern/verifier.hpp"
#include "rialto/base/utf8.hpp"
#include "rialto/pattern/matcher.hpp"

namespace rialto::pattern {
namespace {

constexpr std::size_t kMostShown = 5;      // values of a field
constexpr std::size_t kLongestShown = 80;  // bytes of one of them

std::string shown(const Value& value) {
    std::string text{utf8_prefix(value.text(), kLongestShown)};
    if (text.size() < value.text().size())
        text += "...";
    return value.kind() == Kind::String ? '"' + text + '"' : text;
}

std::string found_values(Event& event, PathId path) {
    const auto leaves = event.numbers_at(path);
    if (leaves.empty())
        return "nothing";
    std::string text;
    for (const auto leaf : leaves.first(std::min(leaves.size(), kMostShown)))
        text += (text.empty() ? "" : ", ") + shown(event.leaf(leaf).value);
    return leaves.size() > kMostShown ? text + ", ..." : text;
}

bool holds(const PlacedCondition& placed, Event& event) {
    const auto leaves = event.numbers_at(placed.path);
    if (leaves.empty())
        return placed.may_be_absent;
    return std::ranges::any_of(leaves, [&](auto leaf) { return accepts(placed.code, event.leaf(leaf).value); });
}

std::string explain_field(const Field& field, const PlacedCondition& placed, Event& event) {
    return field.path + (holds(placed, event) ? ": matches; found " : ": does not match; found ") +
           found_values(event, placed.path) + ", wanted " + field.condition->source + '\n';
}

std::vector<PlacedCondition> place(const Alternative& alternative, Paths& paths, std::deque<std::string>& codes) {
    std::vector<PlacedCondition> placed;
    for (const auto& field : alternative) {
        encode(*field.condition, codes.emplace_back());
        placed.push_back({paths.intern(field.path), field.condition->may_be_absent, codes.back().data()});
    }
    return placed;
}

std::string explain_alternative(const Alternative& alternative, std::span<const PlacedCondition> placed, Event& event,
                                bool matches) {
    std::string text;
    bool all_hold = true;
    for (std::size_t i = 0; i < alternative.size(); ++i) {
        text += explain_field(alternative[i], placed[i], event);
        all_hold = all_hold && holds(placed[i], event);
    }
    if (all_hold && !matches)
        text += "each field matches, but not within the same elements of an array\n";
    return text;
}

}  // namespace

Result<Explanation> explain(const Pattern& pattern, std::string_view event) {
    const auto& alternatives = pattern.rules().alternatives;
    if (auto checked = check_event(event); !checked)
        return std::move(checked).error();
    Paths paths;
    std::deque<std::string> codes;
    std::vector<std::vector<PlacedCondition>> placed;
    for (const auto& alternative : alternatives)
        placed.push_back(place(alternative, paths, codes));
    Scanner scanner;
    if (auto read = scanner.scan(event, paths); !read)
        return std::move(read).error();

    Explanation explanation;
    Verifier verifier;
    for (std::size_t i = 0; i < alternatives.size(); ++i) {
        const auto outcome = verifier.verify(placed[i], scanner.event(), paths);
        if (outcome == Verifier::Outcome::TooCostly)
            return Error{Errc::LimitExceeded, "the event names arrays twice in too many ways to match it"};
        const bool matches = outcome == Verifier::Outcome::Match;
        if (alternatives.size() > 1)
            explanation.text +=
                "alternative " + std::to_string(i + 1) + (matches ? " matches:\n" : " does not match:\n");
        explanation.text += explain_alternative(alternatives[i], placed[i], scanner.event(), matches);
        explanation.matches = explanation.matches || matches;
    }
    return explanation;
}

}  // namespace rialto::pattern
