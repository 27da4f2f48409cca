#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "rialto/base/result.hpp"

namespace rialto::pattern {

struct Rules;  // the parsed form, private to this module

/// A parsed and valid event pattern (AWS: "Creating Amazon EventBridge event patterns"). Cheap to copy; immutable;
/// thread-safe.
class Pattern {
public:
    /// Bytes. AWS allows 4096 characters; files of one's own may be more generous.
    static constexpr std::size_t kMaxSize = 65'536;

    /// `text` is JSON, at most kMaxSize bytes. An InvalidArgument error carries AWS's reason, word for word, without
    /// its "Event pattern is not valid. Reason: " in front.
    static Result<Pattern> parse(std::string_view text);

    /// The text as given to parse().
    const std::string& text() const;

    /// Bytes of its alternatives, each written out: what it takes to match it grows with that.
    std::size_t expanded_size() const;

    const Rules& rules() const { return *rules_; }

private:
    explicit Pattern(std::shared_ptr<const Rules> rules) : rules_{std::move(rules)} {}
    std::shared_ptr<const Rules> rules_;
};

}  // namespace rialto::pattern
