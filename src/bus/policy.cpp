#include "rialto/bus/policy.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

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
    if (const auto truth = value->as_bool())
        return test(*truth ? "true" : "false");
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
    {"Bool", equal_ignoring_case, false},
    {"StringEqualsIgnoreCase", equal_ignoring_case, false},
    {"StringNotEqualsIgnoreCase", equal_ignoring_case, true},
    {"StringLike", is_like, false},
    {"StringNotLike", is_like, true},
    {"ArnEquals", is_like, false},
    {"ArnLike", is_like, false},
    {"ArnNotEquals", is_like, true},
    {"ArnNotLike", is_like, true},
};

/// A policy's only variable that we know: who asks.
std::string with_variables(std::string text, const PolicyRequest& request) {
    constexpr std::string_view kPrincipal = "${aws:PrincipalAccount}";
    for (auto at = text.find(kPrincipal); at != std::string::npos; at = text.find(kPrincipal, at))
        text.replace(at, kPrincipal.size(), request.account);
    return text;
}

/// What an operator of a condition says of a key; nothing if we do not know such an operator.
///
/// `ForAllValues:StringLikeIfExists` comes in parts. Our keys have one value each, so that all and any are the same but
/// for a key that is missing.
std::optional<bool> holds(std::string_view name, const std::string& key, const json::Value& wanted,
                          const PolicyRequest& request) {
    constexpr std::string_view kIfExists = "IfExists";
    constexpr std::string_view kForAll = "ForAllValues:";
    constexpr std::string_view kForAny = "ForAnyValue:";
    const auto value = std::ranges::find_if(
        request.context, [&key](const auto& entry) { return equal_ignoring_case(entry.first, key); });
    const bool is_there = value != request.context.end();
    if (name == "Null")
        return any_text(&wanted, [&](const std::string& text) { return text == (is_there ? "false" : "true"); });
    const bool for_all = name.starts_with(kForAll);
    const bool for_any = name.starts_with(kForAny);
    name.remove_prefix(for_all ? kForAll.size() : for_any ? kForAny.size() : 0);
    const bool optional = name.ends_with(kIfExists);
    if (optional)
        name.remove_suffix(kIfExists.size());
    const auto found = std::ranges::find(kOperators, name, &Operator::name);
    if (found == std::end(kOperators))
        return std::nullopt;
    if (!is_there)
        return optional || for_all || (found->negated && !for_any);
    const bool matches = any_text(
        &wanted, [&](const std::string& text) { return found->compare(value->second, with_variables(text, request)); });
    return matches != found->negated;
}

/// Where we cannot tell, `if_unknown` is the answer.
bool conditions_hold(const json::Value* conditions, const PolicyRequest& request, bool if_unknown) {
    if (!conditions)
        return true;
    const json::Object* operators = conditions->as_object();
    if (!operators)
        return if_unknown;
    return std::ranges::all_of(*operators, [&](const json::Member& one) {
        const json::Object* keys = one.second.as_object();
        if (!keys)
            return if_unknown;
        return std::ranges::all_of(*keys, [&](const json::Member& key) {
            return holds(one.first, key.first, key.second, request).value_or(if_unknown);
        });
    });
}

bool allows(const json::Value& statement) {
    const json::Value* effect = statement.find("Effect");
    return effect && effect->as_string() && *effect->as_string() == "Allow";
}

bool applies(const json::Value& statement, const PolicyRequest& request) {
    return is_principal(statement.find("Principal"), request.account) &&
           any_text(statement.find("Action"), [&](const std::string& text) { return is_like(request.action, text); }) &&
           any_text(statement.find("Resource"),
                    [&](const std::string& text) { return is_like(request.resource, text); }) &&
           conditions_hold(statement.find("Condition"), request, !allows(statement));
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
        if (!allows(statement))
            return false;
        allowed = true;
    }
    return allowed;
}

}  // namespace rialto::bus
