#include "pattern/predicate.hpp"

#include <algorithm>

namespace rialto::pattern {
namespace {

bool is_string(const Value& value) { return value.kind == Kind::String; }

bool is_comparable(const Value& value) { return value.kind == Kind::Number && value.number.comparable; }

}  // namespace

bool ExactText::accepts(const Value& value) const { return is_string(value) && value.text == text; }

bool ExactConstant::accepts(const Value& value) const { return value.kind == kind; }

bool ExactNumber::accepts(const Value& value) const {
    if (value.kind != Kind::Number)
        return false;
    if (number.comparable)
        return value.number.comparable && value.number.value == number.value;
    return !value.number.comparable && is_integer(text) && value.text == text;
}

bool ExactAddress::accepts(const Value& value) const {
    return is_string(value) && parse_address(value.text) == address;
}

bool Prefix::accepts(const Value& value) const { return is_string(value) && value.text.starts_with(text); }

bool Suffix::accepts(const Value& value) const { return is_string(value) && value.text.ends_with(text); }

bool IgnoreCase::accepts(const Value& value) const {
    if (!is_string(value))
        return false;
    switch (place) {
        case Place::Whole:
            return text.equals(value.text);
        case Place::Start:
            return text.starts(value.text);
        case Place::End:
            return text.ends(value.text);
    }
    return false;
}

bool WildcardText::accepts(const Value& value) const { return is_string(value) && wildcard.accepts(value.text); }

bool NumericRange::accepts(const Value& value) const {
    if (!is_comparable(value))
        return false;
    const double number = value.number.value;
    return (open_bottom ? number > bottom : number >= bottom) && (open_top ? number < top : number <= top);
}

bool InBlock::accepts(const Value& value) const {
    const auto address = is_string(value) ? parse_address(value.text) : std::nullopt;
    return address && block.contains(*address);
}

bool AnythingBut::accepts(const Value& value) const {
    return std::ranges::none_of(*excluded, [&](const Predicate& predicate) { return predicate.accepts(value); });
}

bool Predicate::accepts(const Value& value) const {
    return std::visit([&](const auto& kind) { return kind.accepts(value); }, test);
}

}  // namespace rialto::pattern
