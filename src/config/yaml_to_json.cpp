#include "config/yaml_to_json.hpp"

#include <algorithm>
#include <string_view>

#include "rialto/json/value.hpp"

namespace rialto::config {

namespace {

/// As RFC 8259 has numbers: -? int frac? exp?
bool is_json_number(std::string_view text) {
    const auto digits = [&text] {
        const auto end = text.find_first_not_of("0123456789");
        const auto count = std::min(end, text.size());
        text.remove_prefix(count);
        return count;
    };
    const auto skip = [&text](std::string_view any_of) {
        const bool there = !text.empty() && any_of.contains(text.front());
        text.remove_prefix(there ? 1 : 0);
        return there;
    };
    skip("-");
    const bool zero = text.starts_with('0');
    const auto whole = digits();
    if (whole == 0 || (zero && whole > 1))
        return false;
    if (skip(".") && digits() == 0)
        return false;
    if (skip("eE")) {
        skip("+-");
        if (digits() == 0)
            return false;
    }
    return text.empty();
}

std::string scalar_to_json(const Node& node) {
    const auto& text = node.text;
    if (node.plain && (text == "true" || text == "True" || text == "TRUE"))
        return "true";
    if (node.plain && (text == "false" || text == "False" || text == "FALSE"))
        return "false";
    if (node.plain && is_json_number(text))
        return text;
    return json::quote(text);
}

void append(std::string& json, const Node& node);

void append_list(std::string& json, const std::vector<Node>& items) {
    json += '[';
    for (const auto& item : items) {
        json += &item == items.data() ? "" : ",";
        append(json, item);
    }
    json += ']';
}

void append_map(std::string& json, const std::vector<Entry>& entries) {
    json += '{';
    for (const auto& entry : entries) {
        json += &entry == entries.data() ? "" : ",";
        json += json::quote(entry.key) + ':';
        append(json, entry.value);
    }
    json += '}';
}

void append(std::string& json, const Node& node) {
    if (node.is(Node::Kind::Scalar))
        json += scalar_to_json(node);
    else if (node.is(Node::Kind::List))
        append_list(json, node.items);
    else if (node.is(Node::Kind::Map))
        append_map(json, node.entries);
    else
        json += "null";
}

}  // namespace

std::string yaml_to_json(const Node& node) {
    std::string json;
    append(json, node);
    return json;
}

}  // namespace rialto::config
