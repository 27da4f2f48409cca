#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

#include "pattern/blocks.hpp"
#include "pattern/event.hpp"
#include "pattern/paths.hpp"
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
    static constexpr std::size_t kBroken = std::string_view::npos;

    // Each takes the place where something begins, and gives the place behind it, or kBroken.
    std::size_t object(std::size_t at, const PathNode& node, ElementId element);
    std::size_t member(std::size_t at, const PathNode& node, ElementId element);
    std::size_t array(std::size_t at, const PathNode& node, ElementId element);
    std::size_t element_of(std::size_t at, const PathNode& node, ElementId parent, std::uint32_t array);
    std::size_t value(std::size_t at, const PathNode& node, ElementId element);
    std::size_t string(std::size_t at, const PathNode& node, ElementId element);
    std::size_t scalar(std::size_t at, const PathNode& node, ElementId element);
    std::size_t skip(std::size_t at) const;
    std::size_t skip_container(std::size_t at) const;

    const PathNode* child(const PathNode& node, std::string_view written);
    bool decode(std::string_view content, std::string_view& decoded);

    /// The byte there; NUL, which no JSON has, at the end.
    char peek(std::size_t at) const { return at < text_.size() ? text_[at] : '\0'; }
    std::size_t skip_space(std::size_t at) const;

    Blocks blocks_;
    Event event_;
    std::deque<std::string> decoded_;  // contents of strings with escapes; never moved, for leaves point into them
    std::size_t decoded_count_ = 0;
    std::string_view text_;
    std::size_t depth_ = 0;
};

}  // namespace rialto::pattern
