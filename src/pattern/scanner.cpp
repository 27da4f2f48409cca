#include "pattern/scanner.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "pattern/json_text.hpp"

namespace rialto::pattern {
namespace {

/// The number of the first byte that ends a scalar: a comma or a closing bracket; 16 if none does. GCC's vectors are
/// whatever the machine has.
std::size_t first_end(const char* bytes) {
    using Bytes [[gnu::vector_size(16)]] = unsigned char;
    using Halves [[gnu::vector_size(16)]] = std::uint64_t;
    Bytes there;  // NOLINT(cppcoreguidelines-pro-type-member-init): all of it is written
    std::memcpy(&there, bytes, sizeof there);
    const auto ends = reinterpret_cast<Halves>((there == ',') | ((there | 0x20) == '}'));
    const auto place = [](std::uint64_t half) {
        return static_cast<std::size_t>(std::endian::native == std::endian::little ? std::countr_zero(half)
                                                                                   : std::countl_zero(half)) /
               8;
    };
    return ends[0] != 0 ? place(ends[0]) : 8 + place(ends[1]);
}

}  // namespace

Status Scanner::scan(std::string_view text, const Paths& paths) {
    text_ = text;
    decoded_count_ = 0;
    if (decoded_.size() > kMostKept)
        decoded_.clear();
    depth_ = 0;
    event_.clear(paths.size());
    current_ = &learnt_with(paths);
    blocks_.classify(text);
    const auto begin = skip_space(0);
    if (peek(begin) != '{')
        return flaw_at("an event must be an object", begin);
    keep_tail();
    const auto end = object({begin, 0}, paths.root(), Event::kWhole);
    if (depth_ > kDeepest)
        return flaw_at("nested deeper than " + std::to_string(kDeepest) + " levels", text.size());
    if (end.at == kBroken)
        return flaw_at("malformed JSON", text.size());
    return {};
}

Scanner::Learnt& Scanner::learnt_with(const Paths& paths) {
    auto found = std::ranges::find(learnt_, paths.version(), &Learnt::version);
    const bool is_new = found == learnt_.end();
    if (is_new)
        --found;  // the one that was not used for longest
    if (found != learnt_.begin())
        std::rotate(learnt_.begin(), found, found + 1);
    Learnt& learnt = learnt_.front();
    if (is_new) {
        learnt.version = paths.version();
        if (learnt.shapes.size() < paths.size())
            learnt.shapes.resize(paths.size());
    }
    return learnt;
}

inline void Scanner::keep_tail() {
    tail_size_ = std::min(text_.size(), kTail);
    std::memcpy(tail_.data(), text_.data() + text_.size() - tail_size_, tail_size_);
    std::memset(tail_.data() + tail_size_, 0, tail_.size() - kTail);
}

inline std::size_t Scanner::skip_space(std::size_t at) const {
    while (at < text_.size() && is_json_space(text_[at])) [[unlikely]]
        ++at;
    return at;
}

Scanner::Spot Scanner::object(Spot spot, const PathNode& node, ElementId element) {
    if (++depth_ > kDeepest)
        return kNowhere;
    ++spot.at;
    blocks_.provide(spot.quote);
    if (blocks_.quote(spot.quote) != spot.at) {
        spot.at = skip_space(spot.at);
        if (peek(spot.at) == '}') {
            --depth_;
            return {spot.at + 1, spot.quote};
        }
    }
    Shape& shape = current_->shapes[node.id];
    shape.keep_to(current_->version);
    for (std::size_t place = 0;;) {
        const PathNode* child = nullptr;
        spot = name(spot, node, shape, place, child);
        if (spot.at >= text_.size())
            return kNowhere;
        spot = child ? member(spot, *child, element) : skip_member(spot);
        char c = peek(spot.at);
        if (c == ',') [[likely]] {
            ++spot.at;
            continue;
        }
        if (spot.at < text_.size() && is_json_space(c)) {
            spot.at = skip_space(spot.at);
            c = peek(spot.at);
        }
        if (c == '}')
            break;
        if (c != ',')
            return kNowhere;
        ++spot.at;
    }
    --depth_;
    ++spot.at;
    return spot;
}

/// Behind a name, where its value begins.
inline Scanner::Spot Scanner::name(Spot spot, const PathNode& node, Shape& shape, std::size_t& place,
                                   const PathNode*& child) {
    blocks_.provide(spot.quote);
    if (blocks_.quote(spot.quote) != spot.at) [[unlikely]] {
        spot.at = skip_space(spot.at);
        if (blocks_.quote(spot.quote) != spot.at)
            return kNowhere;
    }
    const Shape::Step* step = shape.at(place);
    if (!step || !step->is_at(name_at(spot.at + 1))) [[unlikely]]
        return other_name(spot, node, shape, place, child);
    child = step->child;
    ++place;
    spot = {spot.at + step->size + 3, spot.quote + 2};
    if (static_cast<unsigned char>(peek(spot.at)) <= ' ') [[unlikely]]
        spot.at = skip_space(spot.at);
    return spot;
}

/// Shape::kRead bytes: those there, with NULs behind the end of the text. `at` is one behind that at most.
inline const char* Scanner::name_at(std::size_t at) const {
    if (at + Shape::kRead <= text_.size()) [[likely]]
        return text_.data() + at;
    return tail_.data() + (at + tail_size_ - text_.size());
}

// The quotes of a string that is a member's value are provided with those of the name.

inline Scanner::Spot Scanner::member(Spot spot, const PathNode& node, ElementId element) {
    const char c = text_[spot.at];
    if (c == '"') {
        const auto end = blocks_.quote(spot.quote + 1);
        if (node.is_wanted() && !add_string(node, element, spot.at, end))
            return kNowhere;
        return {end + 1, spot.quote + 2};
    }
    if (c == '{' || c == '[')
        return container(spot, node, element);
    const auto end = member_end(spot);
    if (node.is_wanted() && !add_scalar(node, element, spot.at, end))
        return kNowhere;
    return {end, spot.quote};
}

inline Scanner::Spot Scanner::skip_member(Spot spot) {
    const char c = text_[spot.at];
    if (c == '"')
        return {blocks_.quote(spot.quote + 1) + 1, spot.quote + 2};
    if (c == '{' || c == '[')
        return skip_container(spot);
    return {member_end(spot), spot.quote};
}

/// The same for a name that is not the one expected.
Scanner::Spot Scanner::other_name(Spot spot, const PathNode& node, Shape& shape, std::size_t& place,
                                  const PathNode*& child) {
    // Behind a name come at least a colon, a value and a brace.
    const auto end = blocks_.quote(spot.quote + 1);
    if (end + 3 >= text_.size())
        return kNowhere;
    const auto written = text_.substr(spot.at + 1, end - spot.at - 1);
    spot = {end + 1, spot.quote + 2};
    const bool is_close = text_[spot.at] == ':';
    if (!is_close) {
        spot.at = skip_space(spot.at);
        if (peek(spot.at) != ':')
            return kNowhere;
    }
    spot.at = skip_space(spot.at + 1);

    child = child_of(node, written);
    if (is_close && (!blocks_.has_escapes() || written.find('\\') == std::string_view::npos))
        place = shape.learn(place, written, child);
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

inline Scanner::Spot Scanner::element_of(Spot spot, const PathNode& node, ElementId parent, std::uint32_t array) {
    const char c = peek(spot.at);
    if (c == '{' || c == '[') {
        const auto element = event_.begin_element(parent, array);
        spot = container(spot, node, element);
        event_.end_element(element);
        return spot;
    }
    if (c == '"') {
        blocks_.provide(spot.quote);
        const auto end = blocks_.quote(spot.quote + 1);
        if (blocks_.quote(spot.quote) != spot.at || (node.is_wanted() && !add_string(node, parent, spot.at, end)))
            return kNowhere;
        return {end + 1, spot.quote + 2};
    }
    const auto end = scalar_end(spot.at);
    return !node.is_wanted() || add_scalar(node, parent, spot.at, end) ? Spot{end, spot.quote} : kNowhere;
}

inline Scanner::Spot Scanner::container(Spot spot, const PathNode& node, ElementId element) {
    if (text_[spot.at] == '[')
        return array(spot, node, element);
    return node.children.empty() ? skip_container(spot) : object(spot, node, element);
}

inline Scanner::Spot Scanner::skip_container(Spot spot) {
    const auto behind = std::min(blocks_.closing(spot.at) + 1, text_.size());
    blocks_.jump(behind);
    return {behind, 0};
}

/// The string whose quotes stand at `begin` and `end`.
inline bool Scanner::add_string(const PathNode& node, ElementId element, std::size_t begin, std::size_t end) {
    if (end >= text_.size())
        return false;
    std::string_view content{text_.data() + begin + 1, end - begin - 1};
    if (blocks_.has_escapes() && content.find('\\') != std::string_view::npos) [[unlikely]] {
        if (decoded_count_ == decoded_.size())
            decoded_.emplace_back();
        if (!decode(content, content, decoded_[decoded_count_++]))
            return false;
    }
    event_.add_leaf(node, element, Kind::String, content);
    return true;
}

inline bool Scanner::add_scalar(const PathNode& node, ElementId element, std::size_t begin, std::size_t end) {
    if (end >= text_.size() || end == begin)
        return false;
    while (is_json_space(text_[end - 1]))
        --end;
    auto kind = Kind::Number;
    if (const char first = text_[begin]; first > '9') [[unlikely]]
        kind = first == 't' ? Kind::True : first == 'f' ? Kind::False : first == 'n' ? Kind::Null : Kind::Number;
    event_.add_leaf(node, element, kind, {text_.data() + begin, end - begin});
    return true;
}

/// Where a scalar ends that is a member's value. Mostly that is the comma before the quote of the next name, which is
/// known without looking at the scalar.
inline std::size_t Scanner::member_end(Spot spot) const {
    const auto next = blocks_.quote(spot.quote);
    if (next < text_.size() && text_[next - 1] == ',' && !blocks_.closes_between(spot.at, next)) [[likely]]
        return next - 1;
    return scalar_end(spot.at);
}

/// The text's size if nothing ends it.
std::size_t Scanner::scalar_end(std::size_t at) const {
    for (; at + 16 <= text_.size(); at += 16)
        if (const auto end = first_end(text_.data() + at); end < 16)
            return at + end;
    const auto is_end = [](char c) { return c == ',' || c == '}' || c == ']'; };
    while (at < text_.size() && !is_end(text_[at]))
        ++at;
    return at;
}

inline const PathNode* Scanner::child_of(const PathNode& node, std::string_view written) {
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
