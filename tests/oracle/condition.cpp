#include "tests/oracle/condition.hpp"

#include <algorithm>

#include "tests/oracle/address.hpp"
#include "tests/oracle/folding.hpp"
#include "tests/oracle/number.hpp"

namespace rialto::oracle {
namespace {

using Kind = Json::Kind;

void require(bool claim) {
    if (!claim)
        throw Invalid{};
}

template <class T>
T require_value(std::optional<T> value) {
    require(value.has_value());
    return *std::move(value);
}

const std::string& string_of(const Json& json) {
    require(json.kind == Kind::String);
    return json.text.value;
}

/// The only member of an object; throws for any other.
const Json& only_member(const Json& json, std::string& name) {
    require(json.kind == Kind::Object && json.values.size() == 1);
    name = json.names.front().value;
    return json.values.front();
}

/// A test of strings: what is no string does not pass.
Test of_string(std::function<bool(const std::string&)> test) {
    return [test = std::move(test)](const Leaf& leaf) { return leaf.kind == Kind::String && test(leaf.text); };
}

Test of_number(std::function<bool(const Number&)> test) {
    return [test = std::move(test)](const Leaf& leaf) {
        return leaf.kind == Kind::Number && test(Number::in_event(leaf.text));
    };
}

Test none_of(std::vector<Test> tests) {
    return [tests = std::move(tests)](const Leaf& leaf) {
        return std::ranges::none_of(tests, [&leaf](const Test& test) { return test(leaf); });
    };
}

Test exactly(const std::string& wanted) {
    return of_string([wanted](const std::string& text) { return text == wanted; });
}

Test string_literal(const std::string& wanted) {
    const auto address = parse_address(wanted);
    if (!address)
        return exactly(wanted);
    return of_string([address](const std::string& text) { return parse_address(text) == address; });
}

Test number_literal(const std::string& wanted) {
    return of_number([literal = Number::in_pattern(wanted)](const Number& found) { return is_same(literal, found); });
}

Test prefix(const std::string& wanted) {
    return of_string([wanted](const std::string& text) { return text.starts_with(wanted); });
}

Test suffix(const std::string& wanted) {
    return of_string([wanted](const std::string& text) { return text.ends_with(wanted); });
}

using TextRelation = bool (*)(std::string_view text, std::string_view wanted);

Test folded(TextRelation relation, const std::string& wanted) {
    return of_string([relation, wanted](const std::string& text) { return relation(text, wanted); });
}

Test wildcard(const Wildcard& wanted) {
    return of_string([wanted](const std::string& text) { return matches(wanted, text); });
}

/// prefix or suffix: of a string as it is, or of one that is folded.
Test affix(Test (*plain)(const std::string&), TextRelation relation, const Json& argument) {
    if (argument.kind == Kind::String)
        return plain(argument.text.value);
    std::string name;
    const auto& wanted = only_member(argument, name);
    require(name == "equals-ignore-case");
    return folded(relation, string_of(wanted));
}

Test cidr(const Json& argument) {
    const auto range = require_value(parse_range(string_of(argument)));
    return of_string([range](const std::string& text) {
        const auto address = parse_address(text);
        return address && range.contains(*address);
    });
}

double comparable(const Json& json) {
    require(json.kind == Kind::Number);
    return require_value(Number::in_pattern(json.text.value).value());
}

using Comparison = bool (*)(double found, double wanted);

Comparison comparison(const std::string& name) {
    if (name == "=")
        return [](double found, double wanted) { return found == wanted; };
    if (name == "<")
        return [](double found, double wanted) { return found < wanted; };
    if (name == "<=")
        return [](double found, double wanted) { return found <= wanted; };
    if (name == ">")
        return [](double found, double wanted) { return found > wanted; };
    if (name == ">=")
        return [](double found, double wanted) { return found >= wanted; };
    throw Invalid{};
}

Test numeric(const Json& argument) {
    const auto& list = argument.values;
    require(argument.kind == Kind::Array && (list.size() == 2 || list.size() == 4));
    const auto first = comparison(string_of(list[0]));
    const double bound = comparable(list[1]);
    if (list.size() == 2)
        return of_number([=](const Number& found) { return found.value() && first(*found.value(), bound); });

    const auto second = comparison(string_of(list[2]));
    const double top = comparable(list[3]);
    require(list[0].text.value.starts_with('>') && list[2].text.value.starts_with('<') && bound < top);
    return of_number([=](const Number& found) {
        return found.value() && first(*found.value(), bound) && second(*found.value(), top);
    });
}

Test anything_but_list(const std::vector<Json>& list) {
    require(!list.empty());
    std::vector<Test> tests;
    for (const auto& json : list) {
        require(json.kind == list.front().kind);
        if (json.kind == Kind::Number)
            comparable(json);
        tests.push_back(json.kind == Kind::Number ? number_literal(json.text.value) : exactly(string_of(json)));
    }
    return none_of(std::move(tests));
}

Wildcard wildcard_of(const Json& json) { return require_value(parse_wildcard(string_of(json))); }

Test anything_but_operator(const Json& argument, Condition& condition) {
    std::string name;
    const auto& value = only_member(argument, name);
    const auto list = value.kind == Kind::Array ? value.values : std::vector<Json>{value};
    require(!list.empty());
    if (name == "wildcard")
        condition.wildcards.emplace_back();
    std::vector<Test> tests;
    for (const auto& json : list) {
        const auto& text = string_of(json);
        if (name == "prefix" || name == "suffix") {
            require(!text.empty());
            tests.push_back(name == "prefix" ? prefix(text) : suffix(text));
        } else if (name == "equals-ignore-case") {
            tests.push_back(folded(folded_equals, text));
        } else {
            require(name == "wildcard");
            condition.wildcards.back().push_back(wildcard_of(json));
            tests.push_back(wildcard(condition.wildcards.back().back()));
        }
    }
    return none_of(std::move(tests));
}

Test anything_but(const Json& argument, Condition& condition) {
    if (argument.kind == Kind::Object)
        return anything_but_operator(argument, condition);
    return anything_but_list(argument.kind == Kind::Array ? argument.values : std::vector<Json>{argument});
}

void add_exists(const Json& argument, Condition& condition) {
    if (argument.kind == Kind::False) {
        condition.may_be_absent = true;
        return;
    }
    require(argument.kind == Kind::True);
    condition.tests.emplace_back([](const Leaf&) { return true; });
}

void add_wildcard(const Json& argument, Condition& condition) {
    condition.wildcards.push_back({wildcard_of(argument)});
    condition.tests.push_back(wildcard(condition.wildcards.back().front()));
}

void add_operator(const Json& json, Condition& condition) {
    std::string name;
    const auto& argument = only_member(json, name);
    auto& tests = condition.tests;
    if (name == "exactly")
        tests.push_back(exactly(string_of(argument)));
    else if (name == "prefix")
        tests.push_back(affix(prefix, folded_prefix, argument));
    else if (name == "suffix")
        tests.push_back(affix(suffix, folded_suffix, argument));
    else if (name == "equals-ignore-case")
        tests.push_back(folded(folded_equals, string_of(argument)));
    else if (name == "numeric")
        tests.push_back(numeric(argument));
    else if (name == "cidr")
        tests.push_back(cidr(argument));
    else if (name == "anything-but")
        tests.push_back(anything_but(argument, condition));
    else if (name == "wildcard")
        add_wildcard(argument, condition);
    else if (name == "exists")
        add_exists(argument, condition);
    else
        throw Invalid{};
}

void add_element(const Json& json, Condition& condition) {
    if (json.kind == Kind::Object) {
        add_operator(json, condition);
        return;
    }
    require(json.kind != Kind::Array);
    if (json.kind == Kind::String)
        condition.tests.push_back(string_literal(json.text.value));
    else if (json.kind == Kind::Number)
        condition.tests.push_back(number_literal(json.text.value));
    else
        condition.tests.emplace_back([kind = json.kind](const Leaf& leaf) { return leaf.kind == kind; });
}

}  // namespace

Condition parse_condition(const Json& array) {
    require(!array.values.empty());
    Condition condition;
    for (const auto& element : array.values)
        add_element(element, condition);
    return condition;
}

}  // namespace rialto::oracle
