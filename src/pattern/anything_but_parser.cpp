#include <array>

#include "pattern/expression_parser.hpp"

namespace rialto::pattern {
namespace {

using Excluded = std::vector<Predicate>;

bool read_text(TokenReader& reader, JsonToken token, std::string_view reason, std::string& text) {
    return token == JsonToken::String ? reader.read(text) : reader.fail(std::string{reason});
}

bool exclude_value(TokenReader& reader, JsonToken token, Excluded& excluded) {
    std::string text;
    if (token != JsonToken::Number) {
        if (!read_text(reader, token, "Inside anything but list, start|null|boolean is not supported.", text))
            return false;
        excluded.push_back({ExactText{std::move(text)}});
        return true;
    }
    if (!reader.read(text))
        return false;
    const auto number = exact_double(text);
    if (!number)
        return reader.fail_without_location("Cannot compare number : " + text);
    excluded.push_back({ExactNumber{{.comparable = true, .value = *number}, std::move(text)}});
    return true;
}

template <class Affix>
bool exclude_affix(TokenReader& reader, JsonToken token, Excluded& excluded) {
    std::string text;
    if (!read_text(reader, token, "prefix/suffix match pattern must be a string", text))
        return false;
    if (text.empty())
        return reader.fail("Null prefix/suffix not allowed");
    excluded.push_back({Affix{std::move(text)}});
    return true;
}

bool exclude_ignoring_case(TokenReader& reader, JsonToken token, Excluded& excluded) {
    std::string text;
    if (!read_text(reader, token,
                   "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.", text))
        return false;
    excluded.push_back({IgnoreCase{text, IgnoreCase::Place::Whole}});
    return true;
}

bool exclude_wildcard(TokenReader& reader, JsonToken token, Excluded& excluded) {
    std::string text;
    if (!read_text(reader, token, "wildcard match pattern must be a string", text))
        return false;
    auto wildcard = Wildcard::parse(text);
    if (!wildcard)
        return reader.fail(wildcard.error().message);
    excluded.push_back({WildcardText{std::move(*wildcard)}});
    return true;
}

using Exclude = bool (*)(TokenReader&, JsonToken, Excluded&);

struct Operator {
    std::string_view name;
    Exclude exclude;
};
constexpr std::array kOperators{
    Operator{"equals-ignore-case", exclude_ignoring_case},
    Operator{"prefix", exclude_affix<Prefix>},
    Operator{"suffix", exclude_affix<Suffix>},
    Operator{"wildcard", exclude_wildcard},
};

bool has_one_type(const Excluded& excluded) {
    for (const auto& predicate : excluded) {
        if (predicate.test.index() != excluded.front().test.index())
            return false;
    }
    return !excluded.empty();
}

bool exclude_list(TokenReader& reader, Exclude exclude, Excluded& excluded) {
    for (JsonToken token = reader.next(); token != JsonToken::ArrayEnd; token = reader.next()) {
        if (!exclude(reader, token, excluded))
            return reader.error().starts_with("Cannot compare number") ? false : reader.fail_in_list();
    }
    if (!has_one_type(excluded))
        return reader.fail(
            "Inside anything but list, either all values are number or string, mixed type is not supported");
    return true;
}

bool exclude_argument(TokenReader& reader, JsonToken token, Exclude exclude, Excluded& excluded) {
    if (token == JsonToken::ArrayStart)
        return exclude_list(reader, exclude, excluded);
    if (token != JsonToken::String && token != JsonToken::Number)
        return reader.fail("Value of anything-but must be an array or single string/number value.");
    return exclude(reader, token, excluded);
}

/// `{"prefix": ...}`, whose brace has been read.
bool exclude_operator(TokenReader& reader, Excluded& excluded) {
    std::string name;
    if (!reader.expect(JsonToken::Key, "Anything-But expression name not found") || !reader.read(name))
        return false;
    for (const auto& op : kOperators) {
        if (op.name == name)
            return exclude_argument(reader, reader.next(), op.exclude, excluded) &&
                   reader.expect(JsonToken::ObjectEnd, "Too many elements in numeric expression");
    }
    return reader.fail("Unsupported anything-but pattern: " + name);
}

}  // namespace

bool parse_anything_but(TokenReader& reader, AnythingBut& anything_but) {
    Excluded excluded;
    const JsonToken token = reader.next();
    const bool valid = token == JsonToken::ObjectStart ? exclude_operator(reader, excluded)
                                                       : exclude_argument(reader, token, exclude_value, excluded);
    if (valid)
        anything_but.excluded = std::make_shared<const Excluded>(std::move(excluded));
    return valid;
}

}  // namespace rialto::pattern
