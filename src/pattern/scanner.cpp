#include "pattern/scanner.hpp"

#include <bit>

#include "pattern/json_text.hpp"

namespace rialto::pattern {

Status Scanner::scan(std::string_view text, const Paths& paths) {
    text_ = text;
    decoded_count_ = 0;
    depth_ = 0;
    event_.clear(paths.size());
    blocks_.classify(text);
    const auto begin = skip_space(0);
    if (peek(begin) != '{')
        return flaw_at("an event must be an object", begin);
    const auto end = object(begin, paths.root(), Event::kWhole);
    if (depth_ > kDeepest)
        return flaw_at("nested deeper than " + std::to_string(kDeepest) + " levels", text.size());
    if (end == kBroken)
        return flaw_at("malformed JSON", text.size());
    return {};
}

inline std::size_t Scanner::skip_space(std::size_t at) const {
    while (at < text_.size() && is_json_space(text_[at])) [[unlikely]]
        ++at;
    return at;
}

std::size_t Scanner::object(std::size_t at, const PathNode& node, ElementId element) {
    if (++depth_ > kDeepest)
        return kBroken;
    at = skip_space(at + 1);
    if (peek(at) != '}') {
        for (;;) {
            at = member(at, node, element);
            if (at >= text_.size())
                return kBroken;
            const char c = text_[at];
            if (c == '}')
                break;
            if (c != ',')
                return kBroken;
            at = skip_space(at + 1);
        }
    }
    --depth_;
    return at + 1;
}

/// Behind a member is also the space behind it.
inline std::size_t Scanner::member(std::size_t at, const PathNode& node, ElementId element) {
    if (peek(at) != '"')
        return kBroken;
    const auto end = blocks_.next_quote(at + 1);
    if (end >= text_.size())
        return kBroken;
    const PathNode* next = child(node, text_.substr(at + 1, end - at - 1));
    at = skip_space(end + 1);
    if (peek(at) != ':')
        return kBroken;
    at = skip_space(at + 1);
    at = next ? value(at, *next, element) : skip(at);
    return at == kBroken ? at : skip_space(at);
}

std::size_t Scanner::array(std::size_t at, const PathNode& node, ElementId element) {
    if (++depth_ > kDeepest)
        return kBroken;
    const auto number = event_.begin_array(node.id);
    at = skip_space(at + 1);
    if (peek(at) != ']') {
        for (;;) {
            at = element_of(at, node, element, number);
            at = at == kBroken ? at : skip_space(at);
            if (at >= text_.size())
                return kBroken;
            const char c = text_[at];
            if (c == ']')
                break;
            if (c != ',')
                return kBroken;
            at = skip_space(at + 1);
        }
    }
    event_.end_array(number);
    --depth_;
    return at + 1;
}

std::size_t Scanner::element_of(std::size_t at, const PathNode& node, ElementId parent, std::uint32_t array) {
    const char c = peek(at);
    if (c != '{' && c != '[')
        return value(at, node, parent);
    const auto element = event_.begin_element(parent, array);
    at = value(at, node, element);
    event_.end_element(element);
    return at;
}

std::size_t Scanner::value(std::size_t at, const PathNode& node, ElementId element) {
    switch (peek(at)) {
        case '{':
            return node.children.empty() ? skip_container(at) : object(at, node, element);
        case '[':
            return array(at, node, element);
        case '"':
            return node.is_wanted() ? string(at, node, element) : skip(at);
        default:
            return node.is_wanted() ? scalar(at, node, element) : skip(at);
    }
}

std::size_t Scanner::string(std::size_t at, const PathNode& node, ElementId element) {
    const auto end = blocks_.next_quote(at + 1);
    if (end >= text_.size())
        return kBroken;
    std::string_view content = text_.substr(at + 1, end - at - 1);
    if (blocks_.has_escapes() && !decode(content, content))
        return kBroken;
    event_.add_leaf(node, element, {Kind::String, content});
    return end + 1;
}

std::size_t Scanner::scalar(std::size_t at, const PathNode& node, ElementId element) {
    auto end = blocks_.next_end(at);
    if (end >= text_.size() || end == at)
        return kBroken;
    const auto behind = end;
    while (is_json_space(text_[end - 1]))
        --end;
    const auto text = text_.substr(at, end - at);
    Kind kind = Kind::Number;
    switch (text.empty() ? '\0' : text.front()) {
        case 't':
            kind = Kind::True;
            break;
        case 'f':
            kind = Kind::False;
            break;
        case 'n':
            kind = Kind::Null;
            break;
        default:
            break;
    }
    event_.add_leaf(node, element, {kind, text});
    return behind;
}

inline std::size_t Scanner::skip(std::size_t at) const {
    switch (peek(at)) {
        case '"':
            return blocks_.next_quote(at + 1) + 1;
        case '{':
        case '[':
            return skip_container(at);
        default:
            return at < text_.size() ? blocks_.next_end(at) : kBroken;
    }
}

std::size_t Scanner::skip_container(std::size_t at) const { return blocks_.closing(at) + 1; }

inline const PathNode* Scanner::child(const PathNode& node, std::string_view written) {
    std::string_view name = written;
    std::size_t readable = text_.size() - static_cast<std::size_t>(written.data() - text_.data());
    if (blocks_.has_escapes()) {
        if (!decode(written, name))
            return nullptr;
        if (name.data() != written.data())
            readable = name.size();
    }
    if (const PathNode* found = node.children.find(StepName{name, readable}))
        return found;
    for (auto lengths = node.inner_lengths; lengths != 0; lengths &= lengths - 1) {
        const auto length = static_cast<std::size_t>(std::countr_zero(lengths));
        if (length < name.size() && (length == 63 || name[length] == '.'))
            return descend(node, name);
    }
    return nullptr;
}

/// `content` without escapes, or itself if it has none.
bool Scanner::decode(std::string_view content, std::string_view& decoded) {
    decoded = content;
    if (content.find('\\') == std::string_view::npos)
        return true;
    if (decoded_count_ == decoded_.size())
        decoded_.emplace_back();
    std::string& text = decoded_[decoded_count_++];
    if (unescape(content, text) != std::string_view::npos)
        return false;
    decoded = text;
    return true;
}

}  // namespace rialto::pattern
