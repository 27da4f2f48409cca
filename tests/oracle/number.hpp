#pragma once

#include <optional>
#include <string>

namespace rialto::oracle {

/// A number in an event: a whole number keeps its text, any other was read as a double first.
class Number {
public:
    /// `text`: a JSON number.
    static Number in_pattern(std::string text);
    static Number in_event(std::string text);

    /// The double that it is exactly; nothing for a number that is not comparable.
    std::optional<double> value() const { return value_; }

    /// As a literal in a pattern and a value in an event.
    friend bool is_same(const Number& literal, const Number& found);

private:
    std::string text_;
    bool is_whole_ = false;
    std::optional<double> value_;
};

}  // namespace rialto::oracle
