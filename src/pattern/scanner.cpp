#include "pattern/scanner.hpp"

#include <algorithm>
#include <bit>

#include "pattern/json_text.hpp"

namespace rialto::pattern {

Status Scanner::scan(std::string_view text, const Paths& paths) {
    text_ = text;
    decoded_count_ = 0;
    if (decoded_.size() > kMostKept)
        decoded_.clear();
    depth_ = 0;
    event_.clear(paths.size());
    blocks_.classify(text);
    const auto begin = skip_space(0);
    if (peek(begin) != '{')
        return flaw_at("an event must be an object", begin);
    const auto end = object({begin, 0}, paths.root(), Event::kWhole);
    if (depth_ > kDeepest)
        return flaw_at("nested deeper than " + std::to_string(kDeepest) + " levels", text.size());
    if (end.at == kBroken)
        return flaw_at("malformed JSON", text.size());
    return {};
}

inline std::size_t Scanner::skip_space(std::size_t at) const {
    while (at < text_.size() && is_json_space(text_[at])) [[unlikely]]
        ++at;
    return at;
}

Scanner::Spot Scanner::object(Spot spot, const PathNode& node, ElementId element) {
    if (++depth_ > kDeepest)
        return kNowhere;
    spot.at = skip_space(spot.at + 1);
    if (peek(spot.at) != '}') {
        for (;;) {
            spot = member(spot, node, element);
            if (spot.at >= text_.size())
                return kNowhere;
            const char c = text_[spot.at];
            if (c == '}')
                break;
            if (c != ',')
                return kNowhere;
            ++spot.at;
            if (peek(spot.at) != '"') [[unlikely]]
                spot.at = skip_space(spot.at);
        }
    }
    --depth_;
    ++spot.at;
    return spot;
}

/// Behind a member is also the space behind it.
inline Scanner::Spot Scanner::member(Spot spot, const PathNode& node, ElementId element) {
    // Behind a name come at least a colon, a value and a brace.
    const auto end = blocks_.quote(spot.quote + 1);
    if (blocks_.quote(spot.quote) != spot.at || end + 3 >= text_.size())
        return kNowhere;
    const PathNode* next = child(node, {text_.data() + spot.at + 1, end - spot.at - 1});
    spot.quote += 2;
    spot.at = end + 1;
    if (text_[spot.at] != ':') [[unlikely]] {
        spot.at = skip_space(spot.at);
        if (peek(spot.at) != ':')
            return kNowhere;
    }
    ++spot.at;
    if (is_low(spot.at)) [[unlikely]]
        spot.at = skip_space(spot.at);
    spot = next ? value(spot, *next, element) : skip(spot);
    if (is_low(spot.at)) [[unlikely]]
        spot.at = skip_space(spot.at);
    return spot;
}

Scanner::Spot Scanner::array(Spot spot, const PathNode& node, ElementId element) {
    if (++depth_ > kDeepest)
        return kNowhere;
    const auto number = event_.begin_array(node.id);
    spot.at = skip_space(spot.at + 1);
    if (peek(spot.at) != ']') {
        for (;;) {
            spot = element_of(spot, node, element, number);
            spot.at = spot.at == kBroken ? kBroken : skip_space(spot.at);
            if (spot.at >= text_.size())
                return kNowhere;
            const char c = text_[spot.at];
            if (c == ']')
                break;
            if (c != ',')
                return kNowhere;
            spot.at = skip_space(spot.at + 1);
        }
    }
    event_.end_array(number);
    --depth_;
    ++spot.at;
    return spot;
}

Scanner::Spot Scanner::element_of(Spot spot, const PathNode& node, ElementId parent, std::uint32_t array) {
    const char c = peek(spot.at);
    if (c != '{' && c != '[')
        return value(spot, node, parent);
    const auto element = event_.begin_element(parent, array);
    spot = value(spot, node, element);
    event_.end_element(element);
    return spot;
}

Scanner::Spot Scanner::value(Spot spot, const PathNode& node, ElementId element) {
    switch (peek(spot.at)) {
        case '{':
            return node.children.empty() ? skip_container(spot) : object(spot, node, element);
        case '[':
            return array(spot, node, element);
        case '"':
            return node.is_wanted() ? string(spot, node, element) : skip(spot);
        default:
            return node.is_wanted() ? scalar(spot, node, element) : skip(spot);
    }
}

Scanner::Spot Scanner::string(Spot spot, const PathNode& node, ElementId element) {
    const auto end = blocks_.quote(spot.quote + 1);
    if (blocks_.quote(spot.quote) != spot.at || end >= text_.size())
        return kNowhere;
    std::string_view content = text_.substr(spot.at + 1, end - spot.at - 1);
    if (blocks_.has_escapes() && content.find('\\') != std::string_view::npos) {
        if (decoded_count_ == decoded_.size())
            decoded_.emplace_back();
        if (!decode(content, content, decoded_[decoded_count_++]))
            return kNowhere;
    }
    event_.add_leaf(node, element, {Kind::String, content});
    return {end + 1, spot.quote + 2};
}

Scanner::Spot Scanner::scalar(Spot spot, const PathNode& node, ElementId element) {
    auto end = blocks_.next_end(spot.at);
    if (end >= text_.size() || end == spot.at)
        return kNowhere;
    const auto behind = end;
    while (is_json_space(text_[end - 1]))
        --end;
    const auto text = text_.substr(spot.at, end - spot.at);
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
    return {behind, spot.quote};
}

inline Scanner::Spot Scanner::skip(Spot spot) const {
    const char c = peek(spot.at);
    if (c == '"')
        return {blocks_.quote(spot.quote + 1) + 1, spot.quote + 2};
    if (c == '{' || c == '[')
        return skip_container(spot);
    return spot.at < text_.size() ? Spot{blocks_.next_end(spot.at), spot.quote} : kNowhere;
}

inline Scanner::Spot Scanner::skip_container(Spot spot) const {
    const auto behind = std::min(blocks_.closing(spot.at) + 1, text_.size());
    return {behind, blocks_.quotes_before(behind)};
}

inline const PathNode* Scanner::child(const PathNode& node, std::string_view written) {
    if (blocks_.has_escapes()) [[unlikely]] {
        std::string_view name;
        if (!decode(written, name, name_))
            return nullptr;
        if (name.data() != written.data())
            return child_named(node, name, name.size());
    }
    return child_named(node, written, text_.size() - static_cast<std::size_t>(written.data() - text_.data()));
}

/// `readable` bytes may be read from the name's begin on.
inline const PathNode* Scanner::child_named(const PathNode& node, std::string_view name, std::size_t readable) {
    if (node.children.may_have(name.size()))
        if (const PathNode* found = node.children.find(StepName{name, readable}))
            return found;
    for (auto lengths = node.inner_lengths; lengths != 0; lengths &= lengths - 1) {
        const auto length = static_cast<std::size_t>(std::countr_zero(lengths));
        if (length < name.size() && (length == 63 || name[length] == '.'))
            return descend(node, name);
    }
    return nullptr;
}

/// `content` without escapes, written into `memory`, or itself if it has none.
bool Scanner::decode(std::string_view content, std::string_view& decoded, std::string& memory) {
    decoded = content;
    if (content.find('\\') == std::string_view::npos)
        return true;
    if (unescape(content, memory) != std::string_view::npos)
        return false;
    decoded = memory;
    return true;
}

}  // namespace rialto::pattern
