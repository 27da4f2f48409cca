#include "tests/oracle/pattern.hpp"

#include <algorithm>
#include <set>

namespace rialto::oracle {
namespace {

constexpr std::size_t kMostRules = 1000;
constexpr int kMostSteps = 200'000;

constexpr std::string_view kReserved[] = {
    "exactly",
    "equals-ignore-case",
    "prefix",
    "suffix",
    "anything-but",
    "exists",
    "wildcard",
    "numeric",
    "cidr",
    "=",
    "<",
    "<=",
    ">",
    ">=",
    "regex",
    "not-wildcard",
    "not-equals-ignore-case",
    "date-after",
    "date-on-or-after",
    "date-before",
    "date-on-or-before",
    "in-date-range",
    "ip-address-in-range",
    "ip-address-not-in-range",
};

bool is_reserved(std::string_view name) { return std::ranges::find(kReserved, name) != std::end(kReserved); }

/// The two places together; nothing if they are in different elements of an array.
std::optional<Place> joined(const Place& place, const Place& other) {
    auto both = place;
    for (const auto& [array, element] : other) {
        if (both.emplace(array, element).first->second != element)
            return std::nullopt;
    }
    return both;
}

struct TooLong {};

/// Tries, for one condition after the other, each leaf of its path.
class Search {
public:
    explicit Search(const Event& event) : event_{event} {}

    template <class Next>
    bool holds(Next next, Next end, const Place& place) {
        if (next == end)
            return true;
        if (++steps_ > kMostSteps)
            throw TooLong{};
        const auto& [path, condition] = *next++;
        bool is_absent = true;
        for (const auto& leaf : leaves(path)) {
            const auto both = joined(place, leaf.place);
            is_absent = is_absent && !both;
            if (both && passes(leaf, *condition) && holds(next, end, *both))
                return true;
        }
        return is_absent && condition->may_be_absent && holds(next, end, place);
    }

private:
    const std::vector<Leaf>& leaves(const std::string& path) const {
        static const std::vector<Leaf> none;
        const auto found = event_.find(path);
        return found == event_.end() ? none : found->second;
    }

    static bool passes(const Leaf& leaf, const Condition& condition) {
        return std::ranges::any_of(condition.tests, [&leaf](const Test& test) { return test(leaf); });
    }

    const Event& event_;
    int steps_ = 0;
};

}  // namespace

/// Writes a pattern's fields into its rules in the order of the text; each $or multiplies the rules.
class PatternParser {
public:
    Pattern parse(std::string_view text) {
        const auto json = parse_json(text, Rest::Ignored);
        if (!json || json->kind != Json::Kind::Object)
            throw Invalid{};
        Pattern pattern;
        pattern.rules_ = object(*json, "", false, {{}});
        pattern.complexity_ = complexity_of(pattern.rules_);
        if (pattern.complexity_ == Complexity::Excessive)
            throw Invalid{};
        return pattern;
    }

private:
    using Rule = Pattern::Rule;
    using Rules = std::vector<Rule>;

    static Rules object(const Json& json, const std::string& prefix, bool in_or, Rules rules) {
        if (json.values.empty())
            throw Invalid{};
        for (std::size_t i = 0; i < json.values.size(); ++i) {
            const auto& name = json.names[i].value;
            if (name == "$or")
                rules = branches(json.values[i], prefix, rules);
            else if (in_or && is_reserved(name))
                throw Invalid{};
            else
                rules = field(json.values[i], prefix + name, in_or, std::move(rules));
        }
        return rules;
    }

    static Rules branches(const Json& json, const std::string& prefix, const Rules& rules) {
        if (json.kind != Json::Kind::Array || json.values.size() < 2)
            throw Invalid{};
        Rules all;
        for (const auto& branch : json.values) {
            if (branch.kind != Json::Kind::Object)
                throw Invalid{};
            for (auto& rule : object(branch, prefix, true, rules))
                all.push_back(std::move(rule));
            if (all.size() > kMostRules)
                throw Invalid{};
        }
        return all;
    }

    static Rules field(const Json& json, const std::string& path, bool in_or, Rules rules) {
        if (json.kind == Json::Kind::Object)
            return object(json, path + ".", in_or, std::move(rules));
        if (json.kind != Json::Kind::Array)
            throw Invalid{};
        const auto condition = std::make_shared<const Condition>(parse_condition(json));
        for (auto& rule : rules)
            rule[path] = condition;
        return rules;
    }

    static Complexity complexity_of(const Rules& rules) {
        std::map<std::string, std::set<std::shared_ptr<const Condition>>> fields;
        for (const auto& rule : rules) {
            for (const auto& [path, condition] : rule)
                fields[path].insert(condition);
        }
        auto worst = Complexity::Fine;
        for (const auto& [path, conditions] : fields) {
            std::vector<std::vector<Wildcard>> terms;
            for (const auto& condition : conditions)
                terms.insert(terms.end(), condition->wildcards.begin(), condition->wildcards.end());
            worst = std::max(worst, complexity(terms));
        }
        return worst;
    }
};

std::optional<Pattern> Pattern::parse(std::string_view text) try {
    return PatternParser{}.parse(text);
} catch (const Invalid&) {
    return std::nullopt;
}

std::optional<bool> Pattern::matches(const Event& event) const try {
    Search search{event};
    return std::ranges::any_of(rules_,
                               [&search](const Rule& rule) { return search.holds(rule.begin(), rule.end(), Place{}); });
} catch (const TooLong&) {
    return std::nullopt;
}

}  // namespace rialto::oracle
