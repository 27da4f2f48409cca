#include <array>
#include <string_view>

#include "pattern/shown_text.hpp"
#include "rialto/pattern/explain.hpp"

namespace rialto::pattern {
namespace {

struct KindTexts {
    std::string_view name;    // in JSON
    std::string_view remark;  // for people
    std::string_view besides;
};

/// In the order of the enumeration.
constexpr std::array<KindTexts, 7> kKinds{{
    {"otherCase", "which would do but for its case", "if it were in the pattern's case"},
    {"inQuotes", "which would do without the quotes", "without the quotes"},
    {"noQuotes", "which would do as a string", "as a string"},
    {"spaceAround", "which would do without the space around it", "without the space around it"},
    {"otherName", "which would do if its name were spelt as in the pattern",
     "if its name were spelt as in the pattern"},
    {"otherLevel", "which would do at the pattern's path: it is one level off", "one level off"},
    {"inText", "which is a string that holds JSON, not an object", "not in a string"},
}};

const KindTexts& texts_of(NearMiss::Kind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

std::string to_text(const NearMiss& miss) {
    std::string text = printable(miss.path) + " is " + miss.value + ", " + std::string{texts_of(miss.kind).remark};
    if (miss.besides)
        text += ", and " + std::string{texts_of(*miss.besides).besides};
    return text;
}

std::string found_text(const ConditionReport& condition) {
    if (condition.found_count == 0) {
        if (condition.reached.empty())
            return "nothing";
        return condition.reached == condition.path ? "an object or an empty array"
                                                   : "nothing below " + printable(condition.reached);
    }
    std::string text;
    for (const std::string& value : condition.found)
        text += (text.empty() ? "" : ", ") + value;
    const auto more = condition.found_count - condition.found.size();
    return more == 0 ? text : text + " and " + std::to_string(more) + " more";
}

std::string to_text(const ConditionReport& condition) {
    std::string text = (condition.holds ? "holds  " : "fails  ") + printable(condition.path) + ": wanted " +
                       printable(condition.wanted) + ", found " + found_text(condition) + '\n';
    for (const NearMiss& miss : condition.near_misses)
        text += "  near: " + to_text(miss) + '\n';
    return text;
}

std::string json(bool truth) { return truth ? "true" : "false"; }
std::string json(std::size_t number) { return std::to_string(number); }
std::string json(std::string_view text) { return quoted(text); }
std::string json(const NearMiss& miss);
std::string json(const ConditionReport& condition);
std::string json(const AlternativeReport& alternative);

template <class T>
std::string json(const std::vector<T>& elements) {
    std::string text;
    for (const T& element : elements)
        text += (text.empty() ? "" : ",") + json(element);
    return '[' + text + ']';
}

template <class T>
std::string member(std::string_view name, const T& value) {
    return quoted(name) + ':' + json(value);
}

std::string json(const NearMiss& miss) {
    return '{' + member("kind", texts_of(miss.kind).name) + ',' +
           (miss.besides ? member("besides", texts_of(*miss.besides).name) + ',' : "") + member("path", miss.path) +
           ',' + member("value", miss.value) + ',' + member("text", to_text(miss)) + '}';
}

std::string json(const ConditionReport& condition) {
    return '{' + member("path", condition.path) + ',' + member("holds", condition.holds) + ',' +
           member("wanted", condition.wanted) + ',' + member("found", condition.found) + ',' +
           member("foundCount", condition.found_count) + ',' + member("reached", condition.reached) + ',' +
           member("nearMisses", condition.near_misses) + '}';
}

std::string json(const AlternativeReport& alternative) {
    return '{' + member("number", alternative.number) + ',' + member("matches", alternative.matches) + ',' +
           member("inOtherElements", alternative.in_other_elements) + ',' +
           member("conditions", alternative.conditions) + '}';
}

}  // namespace

std::string to_text(const Explanation& explanation) {
    const auto count = explanation.alternative_count;
    std::string text;
    for (const AlternativeReport& alternative : explanation.alternatives) {
        if (count > 1)
            text += "alternative " + std::to_string(alternative.number) + " of " + std::to_string(count) +
                    (alternative.matches ? " matches\n" : " does not match\n");
        for (const ConditionReport& condition : alternative.conditions)
            text += to_text(condition);
        if (alternative.in_other_elements)
            text += "fails  together: all conditions hold, but not in the same elements of an array\n";
    }
    const auto more = count - explanation.alternatives.size();
    return more == 0 ? text : text + "and " + std::to_string(more) + " more, none of them nearer\n";
}

std::string to_json(const Explanation& explanation) {
    return '{' + member("matches", explanation.matches) + ',' +
           member("alternativeCount", explanation.alternative_count) + ',' +
           member("alternatives", explanation.alternatives) + '}';
}

}  // namespace rialto::pattern
