#include "pattern/expression_parser.hpp"

#include <array>
#include <string>

namespace rialto::pattern {
namespace {

constexpr std::string_view kOnlyOneKey = "Only one key allowed in match expression";

bool read_string(TokenReader& reader, std::string_view name, std::string& text) {
    return reader.expect(JsonToken::String, std::string{name} + " match pattern must be a string") && reader.read(text);
}

bool close_expression(TokenReader& reader) { return reader.expect(JsonToken::ObjectEnd, kOnlyOneKey); }

/// `{"equals-ignore-case": "text"}` in the place of the text of a prefix or suffix; its brace has been read.
bool parse_ignoring_case(TokenReader& reader, std::string_view outer, IgnoreCase::Place place, Predicate& predicate) {
    std::string name;
    if (!reader.expect(JsonToken::Key, "Match expression name not found") || !reader.read(name))
        return false;
    if (name != "equals-ignore-case")
        return reader.fail("Unsupported " + std::string{outer} + " pattern: " + name);
    std::string text;
    if (!read_string(reader, name, text))
        return false;
    predicate.test = IgnoreCase{text, place};
    return close_expression(reader);
}

template <class Plain>
bool parse_affix(TokenReader& reader, std::string_view name, IgnoreCase::Place place, Predicate& predicate) {
    const JsonToken token = reader.next();
    if (token == JsonToken::ObjectStart)
        return parse_ignoring_case(reader, name, place, predicate) && close_expression(reader);
    std::string text;
    if (token != JsonToken::String)
        return reader.fail(std::string{name} + " match pattern must be a string");
    if (!reader.read(text))
        return false;
    predicate.test = Plain{text};
    return close_expression(reader);
}

bool parse_prefix(TokenReader& reader, Predicate& predicate) {
    return parse_affix<Prefix>(reader, "prefix", IgnoreCase::Place::Start, predicate);
}

bool parse_suffix(TokenReader& reader, Predicate& predicate) {
    return parse_affix<Suffix>(reader, "suffix", IgnoreCase::Place::End, predicate);
}

bool parse_exactly(TokenReader& reader, Predicate& predicate) {
    std::string text;
    if (!read_string(reader, "exact", text))
        return false;
    predicate.test = ExactText{text};
    return close_expression(reader);
}

bool parse_equals_ignore_case(TokenReader& reader, Predicate& predicate) {
    std::string text;
    if (!read_string(reader, "equals-ignore-case", text))
        return false;
    predicate.test = IgnoreCase{text, IgnoreCase::Place::Whole};
    return close_expression(reader);
}

bool parse_wildcard(TokenReader& reader, Predicate& predicate) {
    std::string text;
    if (!read_string(reader, "wildcard", text))
        return false;
    auto wildcard = Wildcard::parse(text);
    if (!wildcard)
        return reader.fail(wildcard.error().message);
    predicate.test = WildcardText{std::move(*wildcard)};
    return close_expression(reader);
}

bool parse_block(TokenReader& reader, Predicate& predicate) {
    std::string text;
    if (!read_string(reader, "prefix", text))  // sic: AWS names prefix here
        return false;
    const auto block = parse_cidr(text);
    if (!block)
        return reader.fail_without_location(block.error().message);
    predicate.test = InBlock{*block};
    return close_expression(reader);
}

bool parse_exists(TokenReader& reader, Predicate& predicate) {
    const JsonToken token = reader.next();
    if (token == JsonToken::True)
        predicate.test = Exists{};
    else if (token == JsonToken::False)
        predicate.test = Absent{};
    else
        return reader.fail("exists match pattern must be either true or false.");
    return close_expression(reader);
}

bool parse_range(TokenReader& reader, Predicate& predicate) {
    NumericRange range;
    if (!parse_numeric(reader, range))
        return false;
    predicate.test = range;
    return reader.expect(JsonToken::ObjectEnd, "Too many elements in numeric expression");
}

bool parse_exclusion(TokenReader& reader, Predicate& predicate) {
    AnythingBut anything_but;
    if (!parse_anything_but(reader, anything_but))
        return false;
    predicate.test = std::move(anything_but);
    return reader.expect(JsonToken::ObjectEnd, "Too many elements in numeric expression");
}

struct Operator {
    std::string_view name;
    bool (*parse)(TokenReader&, Predicate&);
};
constexpr std::array kOperators{
    Operator{"anything-but", parse_exclusion},
    Operator{"cidr", parse_block},
    Operator{"equals-ignore-case", parse_equals_ignore_case},
    Operator{"exactly", parse_exactly},
    Operator{"exists", parse_exists},
    Operator{"numeric", parse_range},
    Operator{"prefix", parse_prefix},
    Operator{"suffix", parse_suffix},
    Operator{"wildcard", parse_wildcard},
};

bool parse_expression(TokenReader& reader, Predicate& predicate) {
    std::string name;
    if (!reader.expect(JsonToken::Key, "Match expression name not found") || !reader.read(name))
        return false;
    for (const auto& op : kOperators) {
        if (op.name == name)
            return op.parse(reader, predicate);
    }
    return reader.fail("Unrecognized match type " + name);
}

bool parse_text(TokenReader& reader, Predicate& predicate) {
    std::string text;
    if (!reader.read(text))
        return false;
    if (const auto address = parse_address(text))
        predicate.test = ExactAddress{*address};
    else
        predicate.test = ExactText{std::move(text)};
    return true;
}

bool parse_number(TokenReader& reader, Predicate& predicate) {
    std::string text;
    if (!reader.read(text))
        return false;
    const auto value = exact_double(text);
    predicate.test = ExactNumber{{.comparable = value.has_value(), .value = value.value_or(0)}, std::move(text)};
    return true;
}

bool parse_test(TokenReader& reader, JsonToken token, Predicate& predicate) {
    switch (token) {
        case JsonToken::ObjectStart:
            return parse_expression(reader, predicate);
        case JsonToken::String:
            return parse_text(reader, predicate);
        case JsonToken::Number:
            return parse_number(reader, predicate);
        case JsonToken::True:
            predicate.test = ExactConstant{Kind::True};
            return true;
        case JsonToken::False:
            predicate.test = ExactConstant{Kind::False};
            return true;
        case JsonToken::Null:
            predicate.test = ExactConstant{Kind::Null};
            return true;
        default:
            return reader.fail("Match value must be String, number, true, false, or null");
    }
}

}  // namespace

bool parse_condition(TokenReader& reader, Condition& condition) {
    for (JsonToken token = reader.next(); token != JsonToken::ArrayEnd; token = reader.next()) {
        Predicate predicate;
        if (!parse_test(reader, token, predicate))
            return false;
        if (std::holds_alternative<Absent>(predicate.test))
            condition.may_be_absent = true;
        else
            condition.tests.push_back(std::move(predicate));
    }
    if (condition.tests.empty() && !condition.may_be_absent)
        return reader.fail("Empty arrays are not allowed");
    return true;
}

}  // namespace rialto::pattern
