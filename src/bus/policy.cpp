#include "rialto/bus/policy.hpp"

#include <algorithm>
#include <cctype>

#include "rialto/json/value.hpp"
#include "rialto/model/arn.hpp"

namespace rialto::bus {
namespace {

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b,
                              [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

/// `*` stands for any text, `?` for any character.
bool is_like(std::string_view text, std::string_view pattern) {
    std::size_t at = 0;
    std::size_t p = 0;
    std::size_t star = std::string_view::npos;  // the last one, from which we try again, with one character more
    std::size_t tried = 0;
    while (at < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            tried = at;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[at])) {
            ++p;
            ++at;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            at = ++tried;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

/// Whether the test holds for a text, or for one of an array of them.
template <class Test>
bool any_text(const json::Value* value, Test test) {
    if (!value)
        return false;
    if (const std::string* text = value->as_string())
        return test(*text);
    const json::Array* array = value->as_array();
    return array && std::ranges::any_of(*array, [&](const json::Value& one) { return any_text(&one, test); });
}

bool is_principal(const json::Value* principal, const std::string& account) {
    const auto names = [&account](const std::string& text) {
        const auto arn = model::Arn::parse(text);
        return text == "*" || text == account || (arn && arn->account == account);
    };
    if (principal && principal->as_object())
        return any_text(principal->find("AWS"), names);
    return any_text(principal, [](const std::string& text) { return text == "*"; });
}

using Compare = bool (*)(std::string_view text, std::string_view wanted);

struct Operator {
    std::string_view name;
    Compare compare;
    bool negated;
};

constexpr Operator kOperators[]{
    {"StringEquals", [](std::string_view a, std::string_view b) { return a == b; }, false},
    {"StringNotEquals", [](std::string_view a, std::string_view b) { return a == b; }, true},
    {"StringEqualsIgnoreCase", equal_ignoring_case, false},
    {"StringNotEqualsIgnoreCase", equal_ignoring_case, true},
    {"StringLike", is_like, false},
    {"StringNotLike", is_like, true},
    {"ArnEquals", is_like, false},
    {"ArnLike", is_like, false},
    {"ArnNotEquals", is_like, true},
    {"ArnNotLike", is_like, true},
};

/// `ForAllValues:StringLikeIfExists` in its parts. Our keys have one value each, so that all and any are the same.
bool holds(std::string_view name, const std::string& key, const json::Value& wanted, const PolicyRequest& request) {
    constexpr std::string_view kIfExists = "IfExists";
    if (const auto colon = name.find(':'); colon != std::string_view::npos)
        name.remove_prefix(colon + 1);
    const bool optional = name.ends_with(kIfExists);
    if (optional)
        name.remove_suffix(kIfExists.size());
    const auto found = std::ranges::find(kOperators, name, &Operator::name);
    const auto value = std::ranges::find_if(
        request.context, [&key](const auto& entry) { return equal_ignoring_case(entry.first, key); });
    if (found == std::end(kOperators))
        return false;
    if (value == request.context.end())
        return optional || found->negated;
    const bool matches =
        any_text(&wanted, [&](const std::string& text) { return found->compare(value->second, text); });
    return matches != found->negated;
}

bool conditions_hold(const json::Value* conditions, const PolicyRequest& request) {
    if (!conditions)
        return true;
    const json::Object* operators = conditions->as_object();
    return operators && std::ranges::all_of(*operators, [&](const json::Member& one) {
               const json::Object* keys = one.second.as_object();
               return keys && std::ranges::all_of(*keys, [&](const json::Member& key) {
                          return holds(one.first, key.first, key.second, request);
                      });
           });
}

bool applies(const json::Value& statement, const PolicyRequest& request) {
    return is_principal(statement.find("Principal"), request.account) &&
           any_text(statement.find("Action"), [&](const std::string& text) { return is_like(request.action, text); }) &&
           any_text(statement.find("Resource"),
                    [&](const std::string& text) { return is_like(request.resource, text); }) &&
           conditions_hold(statement.find("Condition"), request);
}

}  // namespace

bool permits(std::string_view policy, const PolicyRequest& request) {
    const auto document = json::parse(policy);
    const json::Value* statements = document ? document->find("Statement") : nullptr;
    if (!statements || !statements->as_array())
        return false;
    bool allowed = false;
    for (const json::Value& statement : *statements->as_array()) {
        if (!applies(statement, request))
            continue;
        const json::Value* effect = statement.find("Effect");
        if (!effect || !effect->as_string() || *effect->as_string() != "Allow")
            return false;
        allowed = true;
    }
    return allowed;
}

}  // namespace rialto::bus
