#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pattern/event.hpp"
#include "pattern/paths.hpp"
#include "rialto/base/result.hpp"

namespace rialto::pattern {

/// Reads events: simdjson finds where the tokens of the JSON text begin, one walk over these checks the grammar and
/// keeps the leaves at wanted paths. Its memory is used again for the next event.
class EventReader {
public:
    static constexpr std::size_t kDeepest = 1000;

    EventReader();
    ~EventReader();
    EventReader(const EventReader&) = delete;
    EventReader& operator=(const EventReader&) = delete;

    /// Valid until the next call, and as long as `text` is. The error is InvalidArgument and names the byte.
    Status read(std::string_view text, const Paths& paths);

    const Event& event() const { return event_; }

private:
    struct Container {
        bool is_array;
        PathId path;              // kNone: no rule looks in here
        ElementId element;        // the innermost that it is, or is in
        bool is_element = false;  // `element` is this very object or array
        std::uint32_t array = 0;  // its own number, if it is an array on a wanted path
    };
    enum class Expect : std::uint8_t { Value, FirstMember, FirstElement, AfterValue };

    Status find_tokens(std::string_view text);
    Status walk();
    Status value();
    Status open(bool is_array);
    Status member();
    Status after_value();
    void close();
    Status scalar(PathId path);
    Status string(PathId path);
    void keep(PathId path, const Value& value);

    /// The token at the cursor with nothing behind it; for a string with its quotes.
    std::string_view token() const;
    char peek() const { return text_[tokens_[cursor_]]; }
    bool at_end() const { return cursor_ == count_; }
    Status unquote(std::string_view token, std::string_view& content);
    Error wrong(std::string_view what) const;

    struct Simd;
    std::unique_ptr<Simd> simd_;
    Event event_;
    std::vector<Container> open_;
    std::deque<std::string> decoded_;  // contents of strings with escapes; never moved, for leaves point into them
    std::size_t decoded_count_ = 0;

    // Of the event being read.
    std::string_view text_;
    const Paths* paths_ = nullptr;
    const std::uint32_t* tokens_ = nullptr;
    std::size_t count_ = 0;
    std::size_t cursor_ = 0;
    PathId path_ = Paths::kRoot;  // where the value that comes next stands
    Expect expect_ = Expect::Value;
};

}  // namespace rialto::pattern
