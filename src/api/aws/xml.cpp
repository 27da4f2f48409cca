#include "api/aws/xml.hpp"

namespace rialto::api::aws {
namespace {

/// What stands for a character that cannot stand for itself; empty if it can. A line break of Windows would be read as
/// a plain one.
std::string_view escape_of(char c) {
    switch (c) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&quot;";
        case '\r':
            return "&#xD;";
        case '\n':
        case '\t':
            return {};
        default:
            return static_cast<unsigned char>(c) < 0x20 ? "?" : std::string_view{};
    }
}

}  // namespace

XmlWriter& XmlWriter::begin(std::string_view name, std::string_view xml_namespace) {
    out_.append("<").append(name);
    if (!xml_namespace.empty())
        out_.append(" xmlns=\"").append(xml_namespace).append("\"");
    out_ += '>';
    return *this;
}

XmlWriter& XmlWriter::end(std::string_view name) {
    out_.append("</").append(name).append(">");
    return *this;
}

XmlWriter& XmlWriter::text(std::string_view name, std::string_view value) {
    begin(name);
    append_escaped(value);
    return end(name);
}

void XmlWriter::append_escaped(std::string_view text) {
    for (const char c : text) {
        const std::string_view escape = escape_of(c);
        if (escape.empty())
            out_ += c;
        else
            out_ += escape;
    }
}

}  // namespace rialto::api::aws
