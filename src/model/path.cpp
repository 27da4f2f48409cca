#include "rialto/model/path.hpp"

#include <charconv>

#include "rialto/base/utf8.hpp"

namespace rialto::model {
namespace {

constexpr std::size_t kMaxLength = 256;

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '/';
}

/// The character at `at`, whole, for a message.
std::string shown(std::string_view text, std::size_t at) {
    if (at >= text.size())
        return "the end";
    std::size_t next = at + 1;
    while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0U) == 0x80U)
        ++next;
    const auto character = text.substr(at, next - at);
    return is_utf8(character) ? json::quote(character) : "a byte that is not UTF-8";
}

Error unexpected(std::string_view text, std::size_t at, std::string_view allowed) {
    const auto position = 1 + (at < text.size() ? at : text.size());
    return {Errc::InvalidArgument, "path: character " + std::to_string(position) + ", " + shown(text, at) +
                                       ", is not allowed here; expected " + std::string{allowed}};
}

}  // namespace

Result<Path> Path::parse(std::string_view text) {
    if (text.size() > kMaxLength)
        return Error{Errc::InvalidArgument, "path: longer than " + std::to_string(kMaxLength) + " characters"};
    if (!text.starts_with('$'))
        return unexpected(text, 0, "\"$\"");
    Path path;
    path.text_ = text;
    for (std::size_t at = 1; at < text.size();) {
        auto step = parse_step(text, at);
        if (!step)
            return std::move(step).error();
        path.steps_.push_back(std::move(*step));
    }
    return path;
}

Result<Path::Step> Path::parse_step(std::string_view text, std::size_t& at) {
    if (text[at] != '.' && text[at] != '[')
        return unexpected(text, at, "\".name\", \"[n]\" or \"[*]\"");
    const bool is_name = text[at] == '.';
    const auto start = ++at;
    if (is_name) {
        while (at < text.size() && is_name_character(text[at]))
            ++at;
        if (at == start)
            return unexpected(text, at, "a name of letters, digits, \"-\", \"_\" and \"/\"");
        return Step{std::string{text.substr(start, at - start)}};
    }

    Step step = AnyElement{};
    if (text.substr(at).starts_with('*')) {
        ++at;
    } else {
        std::size_t index = 0;
        const auto [end, failure] = std::from_chars(text.data() + at, text.data() + text.size(), index);
        if (failure != std::errc{})
            return unexpected(text, at, "an index or \"*\"");
        at = static_cast<std::size_t>(end - text.data());
        step = index;
    }
    if (!text.substr(at).starts_with(']'))
        return unexpected(text, at, "\"]\"");
    ++at;
    return step;
}

std::optional<json::Value> Path::find(const json::Value& root) const {
    const json::Value* value = &root;
    for (std::size_t step = 0; step < steps_.size(); ++step) {
        if (std::holds_alternative<AnyElement>(steps_[step])) {
            if (!value->as_array())
                return std::nullopt;
            json::Array found;
            collect(*value, steps_, step, found);
            return found;
        }
        value = child(*value, steps_[step]);
        if (!value)
            return std::nullopt;
    }
    return *value;
}

const json::Value* Path::child(const json::Value& value, const Step& step) {
    if (const auto* name = std::get_if<std::string>(&step))
        return value.find(*name);
    const auto index = std::get<std::size_t>(step);
    const json::Array* array = value.as_array();
    return array && index < array->size() ? &(*array)[index] : nullptr;
}

void Path::collect(const json::Value& value, const std::vector<Step>& steps, std::size_t step, json::Array& found) {
    if (step == steps.size()) {
        found.push_back(value);
    } else if (!std::holds_alternative<AnyElement>(steps[step])) {
        if (const json::Value* next = child(value, steps[step]))
            collect(*next, steps, step + 1, found);
    } else if (const json::Array* array = value.as_array()) {
        for (const auto& element : *array)
            collect(element, steps, step + 1, found);
    }
}

}  // namespace rialto::model
