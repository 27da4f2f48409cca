#include "rialto/json/value.hpp"

namespace rialto::json {
namespace {

void append_escape(std::string& out, char c) {
    static constexpr std::string_view kMeanings = "\"\\\b\f\n\r\t";
    static constexpr std::string_view kLetters = "\"\\bfnrt";
    static constexpr std::string_view kHex = "0123456789abcdef";

    out += '\\';
    const auto known = kMeanings.find(c);
    if (known != std::string_view::npos) {
        out += kLetters[known];
        return;
    }
    const auto code = static_cast<unsigned char>(c);
    out += "u00";
    out += kHex[code >> 4];
    out += kHex[code & 0xF];
}

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    std::size_t written = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\')
            continue;
        out.append(text, written, i - written);
        append_escape(out, c);
        written = i + 1;
    }
    out.append(text, written);
    out += '"';
}

void append(std::string& out, const Value& value);

void append_array(std::string& out, const Array& array) {
    out += '[';
    for (const auto& element : array) {
        if (&element != &array.front())
            out += ',';
        append(out, element);
    }
    out += ']';
}

void append_object(std::string& out, const Object& object) {
    out += '{';
    bool first = true;
    for (const auto& [name, value] : object) {
        if (!first)
            out += ',';
        first = false;
        append_quoted(out, name);
        out += ':';
        append(out, value);
    }
    out += '}';
}

void append(std::string& out, const Value& value) {
    if (const auto* text = value.as_string())
        append_quoted(out, *text);
    else if (const auto* object = value.as_object())
        append_object(out, *object);
    else if (const auto* array = value.as_array())
        append_array(out, *array);
    else if (const auto* number = value.as_number())
        out += number->text;
    else if (const auto* truth = value.as_bool())
        out += *truth ? "true" : "false";
    else
        out += "null";
}

}  // namespace

std::string write(const Value& value) {
    std::string out;
    append(out, value);
    return out;
}

std::string quote(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 2);
    append_quoted(out, text);
    return out;
}

}  // namespace rialto::json
