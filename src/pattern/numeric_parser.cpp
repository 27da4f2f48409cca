#include "pattern/expression_parser.hpp"

namespace rialto::pattern {
namespace {

bool read_operand(TokenReader& reader, std::string_view operation, double& value) {
    const std::string name{operation == "=" ? "equals" : operation};
    std::string text;
    if (!reader.expect(JsonToken::Number, "Value of " + name + " must be numeric") || !reader.read(text))
        return false;
    const auto number = exact_double(text);
    if (!number)
        return reader.fail("Cannot compare number : " + text);
    value = *number;
    return true;
}

bool close_list(TokenReader& reader) {
    return reader.expect(JsonToken::ArrayEnd, "Too many elements in numeric expression");
}

/// The second half of `[">", 1, "<", 2]`, or its end.
bool parse_top(TokenReader& reader, NumericRange& range) {
    const JsonToken token = reader.next();
    if (token == JsonToken::ArrayEnd)
        return true;
    std::string operation;
    if (token == JsonToken::Failed || !reader.read(operation))
        return reader.fail("");
    if (token != JsonToken::String)
        return reader.fail("Bad value in numeric range: " + operation);
    if (operation != "<" && operation != "<=")
        return reader.fail("Bad numeric range operator: " + operation);
    range.open_top = operation == "<";
    if (!read_operand(reader, operation, range.top) ||
        !reader.expect(JsonToken::ArrayEnd, "Too many terms in numeric range expression"))
        return false;
    return range.bottom < range.top || reader.fail("Bottom must be less than top");
}

}  // namespace

bool parse_numeric(TokenReader& reader, NumericRange& range) {
    if (!reader.expect(JsonToken::ArrayStart, "Value of numeric must be an array."))
        return false;
    const JsonToken token = reader.next();
    std::string operation;
    if (token == JsonToken::Failed || !reader.read(operation))
        return reader.fail("");
    if (token != JsonToken::String)
        return reader.fail("Invalid member in numeric match: " + operation);
    if (operation == "=") {
        if (!read_operand(reader, operation, range.bottom))
            return false;
        range.top = range.bottom;
        return close_list(reader);
    }
    if (operation == "<" || operation == "<=") {
        range.open_top = operation == "<";
        return read_operand(reader, operation, range.top) && close_list(reader);
    }
    if (operation == ">" || operation == ">=") {
        range.open_bottom = operation == ">";
        return read_operand(reader, operation, range.bottom) && parse_top(reader, range);
    }
    // The operand is read first, as AWS's place for the error shows.
    reader.next();
    return reader.fail("Unrecognized numeric range operator: " + operation);
}

}  // namespace rialto::pattern
