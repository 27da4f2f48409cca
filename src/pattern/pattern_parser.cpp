#include "pattern/pattern_parser.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "pattern/expression_parser.hpp"
#include "rialto/base/utf8.hpp"

namespace rialto::pattern {
namespace {

constexpr std::size_t kDeepest = 1000;
constexpr std::size_t kMostAlternatives = 1000;

constexpr std::array<std::string_view, 24> kReserved{
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
    "date-before",
    "date-on-or-after",
    "date-on-or-before",
    "in-date-range",
    "ip-address-in-range",
    "ip-address-not-in-range",
};

/// By the whole path, as AWS takes them: which element an exists: false asks about depends on the fields before it.
using Branch = std::map<std::string, std::shared_ptr<const Condition>>;
using Branches = std::vector<Branch>;

class PatternParser {
public:
    explicit PatternParser(std::string_view text) : text_{text}, reader_{text} {}

    Result<Rules> parse();

private:
    /// `path` is null at the root.
    bool parse_object(Branches& branches, const std::string* path, bool is_inside_or);
    bool parse_member(Branches& branches, const std::string* path, bool is_inside_or);
    bool parse_or(Branches& branches, const std::string* path);
    bool parse_or_branch(const Branches& before, Branches& branches, const std::string* path);
    bool parse_leaf(Branches& branches, const std::string& path);

    std::string_view text_;
    TokenReader reader_;
};

using Term = std::vector<Wildcard>;

/// The wildcards of a test, as one term: none, one, or those of an anything-but.
Term wildcard_term(const Predicate& test) {
    Term term;
    if (const auto* single = std::get_if<WildcardText>(&test.test))
        term.push_back(single->wildcard);
    if (const auto* exclusion = std::get_if<AnythingBut>(&test.test)) {
        for (const auto& excluded : *exclusion->excluded)
            std::ranges::move(wildcard_term(excluded), std::back_inserter(term));
    }
    return term;
}

bool is_too_complex_together(const std::set<const Condition*>& conditions) {
    std::set<std::vector<std::vector<std::string>>> seen;  // what is said twice weighs once
    std::vector<Term> terms;
    for (const auto* condition : conditions) {
        for (const auto& test : condition->tests) {
            auto term = wildcard_term(test);
            std::vector<std::vector<std::string>> texts;
            for (const auto& wildcard : term)
                texts.push_back(wildcard.pieces());
            if (!term.empty() && seen.insert(std::move(texts)).second)
                terms.push_back(std::move(term));
        }
    }
    return !terms.empty() && is_too_complex(terms);
}

/// All wildcard terms of one path, whichever alternative they stand in, weigh together.
bool has_too_complex_field(const Branches& branches) {
    std::map<std::string_view, std::set<const Condition*>> conditions;
    for (const auto& branch : branches) {
        for (const auto& [path, condition] : branch)
            conditions[path].insert(condition.get());
    }
    return std::ranges::any_of(conditions, [](const auto& entry) { return is_too_complex_together(entry.second); });
}

Result<Rules> PatternParser::parse() {
    Branches branches(1);
    const bool valid =
        reader_.expect(JsonToken::ObjectStart, "Filter is not an object") && parse_object(branches, nullptr, false);
    if (!valid)
        return Error{Errc::InvalidArgument, reader_.error()};
    if (has_too_complex_field(branches))
        return Error{Errc::InvalidArgument,
                     "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences "
                     "after a wildcard character"};
    Rules rules{.text = std::string{text_}, .alternatives = {}};
    for (auto& branch : branches) {
        auto& alternative = rules.alternatives.emplace_back();
        for (auto& [path, condition] : branch)
            alternative.push_back({path, std::move(condition)});
    }
    return rules;
}

bool PatternParser::parse_object(Branches& branches, const std::string* path, bool is_inside_or) {
    if (reader_.depth() > kDeepest)
        return reader_.fail(
            "Document nesting depth (1001) exceeds the maximum allowed (1000, from "
            "`StreamReadConstraints.getMaxNestingDepth()`)");
    bool is_empty = true;
    for (JsonToken token = reader_.next(); token != JsonToken::ObjectEnd; token = reader_.next()) {
        is_empty = false;
        if (token == JsonToken::Failed || !parse_member(branches, path, is_inside_or))
            return reader_.fail("");
    }
    return !is_empty || reader_.fail("Empty objects are not allowed");
}

bool PatternParser::parse_member(Branches& branches, const std::string* path, bool is_inside_or) {
    std::string name;
    if (!reader_.read(name))
        return false;
    if (name == "$or")
        return parse_or(branches, path);
    if (is_inside_or && std::ranges::find(kReserved, name) != kReserved.end())
        return reader_.fail(name + " is Ruler reserved fieldName which cannot be used inside $or.");
    const std::string here = path ? *path + '.' + name : name;
    switch (reader_.next()) {
        case JsonToken::ObjectStart:
            return parse_object(branches, &here, is_inside_or);
        case JsonToken::ArrayStart:
            return parse_leaf(branches, here);
        default:
            return reader_.fail('"' + name + "\" must be an object or an array");
    }
}

bool PatternParser::parse_or(Branches& branches, const std::string* path) {
    const Branches before = std::move(branches);
    branches.clear();
    if (!reader_.expect(JsonToken::ArrayStart, "It must be an Array followed with $or."))
        return false;
    std::size_t count = 0;
    for (JsonToken token = reader_.next(); token != JsonToken::ArrayEnd; token = reader_.next()) {
        if (token != JsonToken::ObjectStart)
            return reader_.fail("Only JSON object is allowed in array of $or relationship.");
        if (!parse_or_branch(before, branches, path))
            return false;
        ++count;
    }
    return count >= 2 || reader_.fail("There must have at least 2 Objects in $or relationship.");
}

bool PatternParser::parse_or_branch(const Branches& before, Branches& branches, const std::string* path) {
    Branches more = before;
    if (!parse_object(more, path, true))
        return false;
    if (branches.size() + more.size() > kMostAlternatives)
        return reader_.fail_without_location("Or operator is producing over 1000 rule combinations");
    std::ranges::move(more, std::back_inserter(branches));
    return true;
}

bool PatternParser::parse_leaf(Branches& branches, const std::string& path) {
    const auto begin = reader_.offset() - 1;
    Condition condition;
    if (!parse_condition(reader_, condition))
        return false;
    condition.source = text_.substr(begin, reader_.offset() - begin);
    const auto shared = std::make_shared<const Condition>(std::move(condition));
    for (auto& branch : branches)
        branch[path] = shared;
    return true;
}

}  // namespace

Result<Rules> parse_rules(std::string_view text) {
    if (!is_utf8(text))
        return Error{Errc::InvalidArgument, "Event pattern is not UTF-8"};
    return PatternParser{text}.parse();
}

}  // namespace rialto::pattern
