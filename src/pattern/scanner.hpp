#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

#include "pattern/blocks.hpp"
#include "pattern/event.hpp"
#include "pattern/paths.hpp"
#include "pattern/shape.hpp"
#include "rialto/base/result.hpp"

namespace rialto::pattern {

/// Walks over the text of an event once and keeps the leaves at wanted paths. What no rule names is skipped without
/// being looked at, so it relies on valid JSON (check_event() is for that); any other bytes give some answer or an
/// error, safely. Its memory is used again for the next event.
class Scanner {
public:
    static constexpr std::size_t kDeepest = 1000;

    /// Valid until the next call, and as long as `text` and `paths` are. The error is InvalidArgument.
    Status scan(std::string_view text, const Paths& paths);

    Event& event() { return event_; }

private:
    static constexpr std::size_t kMostKept = 256;  // strings, for the next event
    static constexpr std::size_t kBroken = std::string_view::npos;
    static constexpr std::size_t kTail = Shape::kRead;

    /// Where reading is, and the number of the first quote at or behind that.
    struct Spot {
        std::size_t at;
        std::size_t quote;
    };
    static constexpr Spot kNowhere{kBroken, 0};

    // Each takes the spot where something begins, and gives the one behind it, or one at kBroken or behind the end.
    Spot object(Spot spot, const PathNode& node, ElementId element);
    [[gnu::always_inline]] Spot name(Spot spot, const PathNode& node, Shape& shape, std::size_t& place,
                                     const PathNode*& child);
    Spot other_name(Spot spot, const PathNode& node, Shape& shape, std::size_t& place, const PathNode*& child);
    [[gnu::always_inline]] Spot member(Spot spot, const PathNode& node, ElementId element);
    [[gnu::always_inline]] Spot skip_member(Spot spot);
    Spot array(Spot spot, const PathNode& node, ElementId element);
    Spot element_of(Spot spot, const PathNode& node, ElementId parent, std::uint32_t array);
    Spot container(Spot spot, const PathNode& node, ElementId element);
    Spot skip_container(Spot spot);

    // False if it is broken.
    bool add_string(const PathNode& node, ElementId element, std::size_t begin, std::size_t end);
    bool add_scalar(const PathNode& node, ElementId element, std::size_t begin, std::size_t end);

    std::size_t member_end(Spot spot) const;
    std::size_t scalar_end(std::size_t at) const;

    const char* name_at(std::size_t at) const;
    void keep_tail();

    const PathNode* child_of(const PathNode& node, std::string_view written);
    static const PathNode* child_named(const PathNode& node, std::string_view name, std::size_t readable);
    static bool decode(std::string_view content, std::string_view& decoded, std::string& memory);

    /// The byte there; NUL, which no JSON has, at the end.
    char peek(std::size_t at) const { return at < text_.size() ? text_[at] : '\0'; }
    std::size_t skip_space(std::size_t at) const;

    Blocks blocks_;
    Event event_;
    /// What was learnt with one version of the paths.
    struct Learnt {
        std::uint64_t version = 0;
        std::vector<Shape> shapes;  // by path
    };
    Learnt& learnt_with(const Paths& paths);

    std::array<Learnt, 4> learnt_;  // the last used first, as one thread may match for several buses in turn
    Learnt* current_ = nullptr;
    std::deque<std::string> decoded_;  // contents of strings with escapes; never moved, for leaves point into them
    std::size_t decoded_count_ = 0;
    std::string name_;  // the last with escapes
    std::string_view text_;
    std::array<char, kTail + Shape::kRead + 8>
        tail_{};  // the last bytes of the text, and NULs, so that a name can be read
    std::size_t tail_size_ = 0;
    std::size_t depth_ = 0;
};

}  // namespace rialto::pattern
