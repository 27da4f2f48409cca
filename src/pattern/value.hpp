#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "pattern/hash.hpp"
#include "pattern/number.hpp"

namespace rialto::pattern {

enum class Kind : std::uint8_t { String, Number, True, False, Null };

/// One leaf of an event: a string without its quotes and escapes, anything else as it is written. The text belongs to
/// the event or to who reads it. What is worked out from it is worked out once, when it is asked for, so a value is for
/// one thread.
class Value {
public:
    Value() = default;
    Value(Kind kind, std::string_view text) : text_{text}, kind_{kind} {}

    /// Makes it another one.
    void assign(Kind kind, std::string_view text) {
        text_ = text;
        kind_ = kind;
        has_number_ = false;
        has_hash_ = false;
    }

    Kind kind() const { return kind_; }
    std::string_view text() const { return text_; }

    /// For Kind::Number.
    const Number& number() const {
        if (!has_number_) {
            number_ = event_number(text_);
            has_number_ = true;
        }
        return number_;
    }

    /// Of the text.
    std::uint64_t text_hash() const {
        if (!has_hash_) {
            hash_ = hash(text_);
            has_hash_ = true;
        }
        return hash_;
    }

private:
    std::string_view text_;
    mutable Number number_;
    mutable std::uint64_t hash_ = 0;
    Kind kind_ = Kind::Null;
    mutable bool has_number_ = false;
    mutable bool has_hash_ = false;
};

}  // namespace rialto::pattern
