#include <algorithm>
#include <set>

#include "model/template.hpp"
#include "rialto/base/utf8.hpp"
#include "rialto/model/input.hpp"

namespace rialto::model {
namespace {

constexpr std::size_t kMaxPaths = 100;
constexpr std::size_t kMaxTemplate = 8192;

using Fault = TransformerFault;
using Checked = std::optional<Fault>;

Fault fault(Fault::Kind kind, std::string message) { return {.kind = kind, .name = {}, .message = std::move(message)}; }

bool is_name(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

Checked check_names(const TransformedInput& input) {
    if (input.paths.size() > kMaxPaths)
        return fault(Fault::Kind::Names, "more than " + std::to_string(kMaxPaths) + " paths");
    std::set<std::string_view> seen;
    for (const auto& [name, path] : input.paths) {
        if (!is_name(name))
            return fault(Fault::Kind::Names, "path name " + json::quote(utf8_prefix(name, kMaxPaths)) +
                                                 ": only letters, digits, \"-\" and \"_\" are allowed");
        if (!seen.insert(name).second)
            return fault(Fault::Kind::Names, "path name " + json::quote(name) + " stands twice");
    }
    return {};
}

Checked check_placeholder(const TransformedInput& input, const Piece& piece) {
    if (!is_object_template(input.input_template) && (piece.name == kEvent || piece.name == kEventJson))
        return Fault{Fault::Kind::NeedsObject, std::string{piece.name},
                     std::string{piece.text} + " is valid only in a JSON template, which begins with \"{\""};
    const auto has_name = [&piece](const auto& entry) { return entry.first == piece.name; };
    const bool is_defined = piece.name.contains('.') || std::ranges::any_of(input.paths, has_name);
    // With no paths at all, EventBridge leaves what looks like a placeholder as it stands.
    if (!input.paths.empty() && !is_defined)
        return Fault{Fault::Kind::Placeholder, std::string{piece.name}, std::string{piece.text} + " has no path"};
    return {};
}

// Stands for a placeholder inside a string. Nobody writes this character into a key of a template.
constexpr std::string_view kMarkEscaped = "\\u0001";
constexpr char kMark = '\x01';

/// The template with values in place of the placeholders. One that stands by itself becomes a number, which cannot be
/// a key; one inside a string becomes the mark.
std::string sample(const std::vector<Piece>& pieces) {
    std::string text;
    for (const Piece& piece : pieces)
        text += piece.name.empty() ? piece.text : piece.is_quoted ? kMarkEscaped : "0";
    return text;
}

bool has_marked_key(const json::Value& value) {
    if (const json::Array* array = value.as_array())
        return std::ranges::any_of(*array, has_marked_key);
    const json::Object* object = value.as_object();
    return object && std::ranges::any_of(*object, [](const json::Member& member) {
               return member.first.contains(kMark) || has_marked_key(member.second);
           });
}

bool is_lines_of_json(std::string_view text) {
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        const bool is_blank = line.find_first_not_of(" \t\r") == std::string_view::npos;
        if (!is_blank && !json::parse(line))
            return false;
        text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
    return true;
}

Checked check_form(const TransformedInput& input, const std::vector<Piece>& pieces) {
    const auto text = sample(pieces);
    const json::ParseLimits limits{.depth = 1000, .reject_duplicate_keys = false};
    const auto value = json::parse(text, limits);
    if (value && has_marked_key(*value))
        return fault(Fault::Kind::InKey, "a placeholder cannot be part of a key");
    if (value || (!is_object_template(input.input_template) && is_lines_of_json(text)))
        return {};
    return fault(Fault::Kind::Form,
                 "must be a JSON object, or quoted lines; with a value for each placeholder, " + value.error().message);
}

Checked check_template(const TransformedInput& input) {
    const auto& text = input.input_template;
    if (!is_utf8(text))
        return fault(Fault::Kind::Form, "not well-formed UTF-8");
    const auto length = count_code_points(text);
    if (length == 0 || length > kMaxTemplate)
        return fault(Fault::Kind::Length, "must have 1 to " + std::to_string(kMaxTemplate) + " characters");
    const auto pieces = split_template(text);
    for (const Piece& piece : pieces)
        if (!piece.name.empty())
            if (Checked found = check_placeholder(input, piece))
                return found;
    return check_form(input, pieces);
}

}  // namespace

std::optional<Fault> fault_of(const TransformedInput& input) {
    if (Checked found = check_names(input))
        return found;
    Checked found = check_template(input);
    if (found)
        found->message.insert(0, "input template: ");
    return found;
}

Status validate(const TransformedInput& input) {
    if (Checked found = fault_of(input))
        return Error{Errc::InvalidArgument, std::move(found->message)};
    return {};
}

}  // namespace rialto::model
