#include "rialto/pattern/explain.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "pattern/condition_code.hpp"
#include "pattern/event_fields.hpp"
#include "pattern/near_miss.hpp"
#include "pattern/scanner.hpp"
#include "pattern/scratch.hpp"
#include "pattern/shown_text.hpp"
#include "pattern/verifier.hpp"
#include "rialto/pattern/matcher.hpp"

namespace rialto::pattern {
namespace {

constexpr std::size_t kMostAlternatives = 5;
constexpr std::size_t kMostShown = 5;              // values of a field
constexpr std::size_t kMostLookedAt = 1'000;       // likewise, for near misses
constexpr std::size_t kMostComparisons = 100'000;  // of a condition with a field of the event

/// Judges every alternative of a pattern as a Matcher does, but without an index: all of them, one by one.
class Explainer {
public:
    explicit Explainer(const std::vector<Alternative>& alternatives) : alternatives_{alternatives} {
        for (const Alternative& alternative : alternatives) {
            auto& placed = placed_.emplace_back();
            for (const Field& field : alternative)
                placed.push_back(place(field));
        }
    }

    Result<Explanation> explain(std::string_view event) {
        if (auto read = scanner_.scan(event, paths_); !read)
            return std::move(read).error();
        Explanation explanation;
        explanation.alternative_count = alternatives_.size();
        for (std::size_t i = 0; i < alternatives_.size(); ++i) {
            auto report = judge(i);
            if (!report)
                return std::move(report).error();
            explanation.matches |= report->matches;
            explanation.alternatives.push_back(std::move(*report));
        }
        keep_nearest(explanation.alternatives);
        const auto fields = fields_of(event);
        for (AlternativeReport& report : explanation.alternatives)
            describe(report, fields);
        return explanation;
    }

private:
    PlacedCondition place(const Field& field) {
        std::string& code = codes_[field.condition.get()];
        if (code.empty())
            encode(*field.condition, code);
        return {paths_.intern(field.path), field.condition->may_be_absent, code.data()};
    }

    Result<AlternativeReport> judge(std::size_t i) {
        AlternativeReport report;
        report.number = i + 1;
        bool may_match = true;
        for (const PlacedCondition& placed : placed_[i]) {
            auto& condition = report.conditions.emplace_back();
            condition.holds = holds(placed);
            may_match = may_match && (condition.holds || may_hold_in_element(placed));
        }
        if (!may_match)
            return report;
        const auto outcome = verifier_.verify(placed_[i], scanner_.event(), paths_);
        if (outcome == Verifier::Outcome::TooCostly)
            return Error{Errc::LimitExceeded, std::string{kTooCostly}};
        report.matches = outcome == Verifier::Outcome::Match;
        report.in_other_elements = !report.matches && std::ranges::all_of(report.conditions, &ConditionReport::holds);
        for (ConditionReport& condition : report.conditions)
            condition.holds = condition.holds || report.matches;
        return report;
    }

    /// On its own.
    bool holds(const PlacedCondition& placed) {
        const auto [verdict, is_new] = verdicts_.try_emplace(placed.code, false);
        if (is_new)
            verdict->second = any_value_accepted(placed);
        return verdict->second;
    }

    bool any_value_accepted(const PlacedCondition& placed) {
        const auto leaves = scanner_.event().numbers_at(placed.path);
        if (leaves.empty())
            return placed.may_be_absent;
        return std::ranges::any_of(leaves,
                                   [&](auto leaf) { return accepts(placed.code, scanner_.event().leaf(leaf).value); });
    }

    /// Where the other conditions choose an element in which the field is absent.
    bool may_hold_in_element(const PlacedCondition& placed) {
        const auto* place = scanner_.event().at(placed.path);
        return placed.may_be_absent && place != nullptr && place->in_elements;
    }

    static void keep_nearest(std::vector<AlternativeReport>& reports) {
        std::ranges::sort(reports, {}, [](const AlternativeReport& report) {
            const auto failing = std::ranges::count(report.conditions, false, &ConditionReport::holds);
            return std::tuple{!report.matches, failing, report.number};
        });
        reports.resize(std::min(reports.size(), kMostAlternatives));
    }

    void describe(AlternativeReport& report, std::span<const EventField> fields) {
        const auto i = report.number - 1;
        for (std::size_t j = 0; j < report.conditions.size(); ++j)
            describe(report.conditions[j], alternatives_[i][j], placed_[i][j].path, fields);
    }

    void describe(ConditionReport& report, const Field& field, PathId path, std::span<const EventField> fields) {
        const auto leaves = scanner_.event().numbers_at(path);
        std::vector<Value> values;
        for (const auto leaf : leaves.first(std::min(leaves.size(), kMostLookedAt)))
            values.push_back(scanner_.event().leaf(leaf).value);
        report.path = field.path;
        report.wanted = without_space(field.condition->source);
        report.found_count = leaves.size();
        for (std::size_t i = 0; i < std::min(values.size(), kMostShown); ++i)
            report.found.push_back(shown_value(values[i]));
        if (values.empty())
            report.reached = reached_part(field.path, fields);
        if (report.holds)
            return;
        if (!values.empty()) {
            report.near_misses = near_values(field, values);
            return;
        }
        const auto looked_at = fields.first(std::min(fields.size(), comparisons_left_));
        comparisons_left_ -= looked_at.size();
        report.near_misses = near_fields(field, looked_at);
    }

    const std::vector<Alternative>& alternatives_;
    Paths paths_;
    std::vector<std::vector<PlacedCondition>> placed_;  // by alternative and condition
    std::map<const Condition*, std::string> codes_;     // alternatives share conditions
    std::map<const char*, bool> verdicts_;              // by code
    Scanner scanner_;
    Verifier verifier_;
    std::size_t comparisons_left_ = kMostComparisons;
};

}  // namespace

Result<Explanation> explain(const Pattern& pattern, std::string_view event) {
    if (auto checked = check_event(event); !checked)
        return std::move(checked).error();
    return Explainer{pattern.rules().alternatives}.explain(event);
}

}  // namespace rialto::pattern
