#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace rialto::api::aws {

/// A regular expression of AWS's service model, which are Java's. Cheap to copy; immutable; thread-safe.
class Regex {
public:
    /// Throws std::invalid_argument for what is no expression: they are constants of ours.
    explicit Regex(std::string expression);

    const std::string& text() const { return text_; }

    /// Whether it matches the whole of `value`, well-formed UTF-8. An expression that backtracks beyond all measure on
    /// it does not.
    bool matches(std::string_view value) const;

private:
    std::string text_;
    std::shared_ptr<const void> code_;
};

}  // namespace rialto::api::aws
