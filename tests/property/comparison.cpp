#include "tests/property/comparison.hpp"

#include <algorithm>
#include <map>

#include "rialto/base/utf8.hpp"
#include "rialto/pattern/explain.hpp"
#include "tests/oracle/json.hpp"
#include "tests/oracle/pattern.hpp"

namespace rialto::property {
namespace {

using pattern::Matcher;
using pattern::RuleId;
using Kind = Difference::Kind;

struct Rule {
    pattern::Pattern engine;
    oracle::Pattern oracle;
};

struct Side {
    Matcher matcher;
    std::map<RuleId, Rule> rules;
};

class Comparison {
public:
    explicit Comparison(Counts& counts) : counts_{counts} { sides_.emplace_back(); }

    std::optional<Difference> run(const Script& script) {
        for (step_ = 0; step_ < script.size() && !difference_; ++step_)
            take(script[step_]);
        return difference_;
    }

private:
    void take(const Step& step) {
        const auto at = std::min(step.matcher, sides_.size() - 1);
        auto& side = sides_[at];
        switch (step.kind) {
            case Step::Kind::Add:
                add(side, step);
                break;
            case Step::Kind::Match:
                match(side, step.text);
                break;
            case Step::Kind::Remove:
                side.matcher.remove(step.id);
                side.rules.erase(step.id);
                break;
            case Step::Kind::Copy:
                if (sides_.size() < 3)
                    sides_.emplace_back(side);
                break;
            case Step::Kind::Drop:
                if (sides_.size() > 1)
                    sides_.erase(sides_.begin() + static_cast<std::ptrdiff_t>(at));
                break;
        }
        for (const auto& each : sides_) {
            if (each.matcher.size() != each.rules.size())
                report(Kind::Size, "it has " + std::to_string(each.matcher.size()) + " rules, not " +
                                       std::to_string(each.rules.size()));
        }
    }

    void add(Side& side, const Step& step) {
        const auto engine = pattern::Pattern::parse(step.text);
        const auto oracle = oracle::Pattern::parse(step.text);
        ++counts_.patterns;
        counts_.invalid += oracle ? 0 : 1;
        if (engine.has_value() != oracle.has_value() && !(oracle && oracle->may_be_too_complex()))
            report(Kind::Validity, engine ? "the engine takes an invalid pattern"
                                          : "the engine refuses a valid pattern: " + engine.error().message);
        if (engine && oracle && side.rules.try_emplace(step.id, *engine, *oracle).second)
            side.matcher.add(step.id, *engine);
    }

    void match(const Side& side, const std::string& text) {
        const auto event = oracle::parse_event(text);
        const auto checked = pattern::check_event(text);
        ++counts_.events;
        counts_.refused += event ? 0 : 1;
        if (checked.has_value() != event.has_value())
            report(Kind::Event, checked ? "the engine takes an invalid event"
                                        : "the engine refuses a valid event: " + checked.error().message);
        const auto status = side.matcher.match(text, scratch_, found_);
        counts_.undecided += scratch_.undecided().size();
        if (!checked || !event || !scratch_.undecided().empty())
            return;
        if (!status)
            report(Kind::Event, "the engine cannot match a valid event: " + status.error().message);
        compare_ids(side, *event);
        compare_explanation(side, text);
    }

    void compare_ids(const Side& side, const oracle::Event& event) {
        std::vector<RuleId> expected;
        for (const auto& [id, rule] : side.rules) {
            const bool found = std::ranges::binary_search(found_, id);
            if (rule.oracle.matches(event).value_or(found))
                expected.push_back(id);
        }
        counts_.pairs += side.rules.size();
        counts_.matches += expected.size();
        if (found_ != expected)
            report(Kind::Matches, "the engine finds" + to_text(found_) + ", the oracle" + to_text(expected));
    }

    /// Of one rule, a different one for each event.
    void compare_explanation(const Side& side, const std::string& event) {
        if (side.rules.empty())
            return;
        const auto& [id, rule] = *std::next(side.rules.begin(), static_cast<std::ptrdiff_t>(step_ % side.rules.size()));
        const auto explanation = pattern::explain(rule.engine, event);
        if (!explanation || explanation->matches != std::ranges::binary_search(found_, id))
            report(Kind::Explanation, "the engine explains rule " + std::to_string(id) + " otherwise: " +
                                          (explanation ? pattern::to_text(*explanation) : explanation.error().message));
        else if (!is_consistent(*explanation))
            report(Kind::Explanation, "the explanation contradicts itself: " + pattern::to_json(*explanation));
    }

    /// The verdict is that of the alternatives, theirs is that of their conditions, and all can be shown.
    static bool is_consistent(const pattern::Explanation& explanation) {
        const auto is_sound = [](const pattern::AlternativeReport& alternative) {
            const bool all_hold = std::ranges::all_of(alternative.conditions, &pattern::ConditionReport::holds);
            return all_hold == (alternative.matches || alternative.in_other_elements);
        };
        return std::ranges::any_of(explanation.alternatives, &pattern::AlternativeReport::matches) ==
                   explanation.matches &&
               std::ranges::all_of(explanation.alternatives, is_sound) && is_utf8(pattern::to_text(explanation)) &&
               oracle::parse_json(pattern::to_json(explanation), oracle::Rest::Refused);
    }

    void report(Kind kind, const std::string& text) {
        if (!difference_)
            difference_ = {kind, step_, text};
    }

    static std::string to_text(const std::vector<RuleId>& ids) {
        std::string text;
        for (const auto id : ids)
            text += " " + std::to_string(id);
        return text.empty() ? " nothing" : text;
    }

    Counts& counts_;
    std::vector<Side> sides_;
    pattern::Scratch scratch_;
    std::vector<RuleId> found_;
    std::size_t step_ = 0;
    std::optional<Difference> difference_;
};

}  // namespace

std::optional<Difference> find_difference(const Script& script, Counts& counts) {
    return Comparison{counts}.run(script);
}

}  // namespace rialto::property
