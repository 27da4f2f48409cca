#include "json/plain.hpp"
#include "rialto/base/scan.hpp"
#include "rialto/json/object_writer.hpp"
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
    while (true) {
        const std::size_t plain = prefix_length(text, is_plain);
        out += text.substr(0, plain);
        if (plain == text.size())
            break;
        append_escape(out, text[plain]);
        text.remove_prefix(plain + 1);
    }
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

ObjectWriter& ObjectWriter::text(std::string_view name, std::string_view value) {
    begin_member(name);
    append_quoted(out_, value);
    return *this;
}

ObjectWriter& ObjectWriter::json(std::string_view name, std::string_view value) {
    begin_member(name);
    out_ += value;
    return *this;
}

std::string ObjectWriter::finish() {
    out_ += out_.empty() ? "{}" : "}";
    return std::move(out_);
}

void ObjectWriter::begin_member(std::string_view name) {
    out_ += out_.empty() ? '{' : ',';
    append_quoted(out_, name);
    out_ += ':';
}

std::string write_array(const std::vector<std::string>& elements) {
    std::string out{'['};
    for (const auto& element : elements) {
        if (&element != &elements.front())
            out += ',';
        out += element;
    }
    out += ']';
    return out;
}

}  // namespace rialto::json
