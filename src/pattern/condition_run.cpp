// Runs the tests of a condition that encode() wrote.
#include <algorithm>
#include <cstring>
#include <utility>

#include "pattern/condition_code.hpp"
#include "pattern/condition_op.hpp"
#include "pattern/folding.hpp"
#include "pattern/hash.hpp"

namespace rialto::pattern {
namespace {

class Reader {
public:
    explicit Reader(const char* code) : at_{code} {}

    template <class T>
    T take() {
        T value;
        std::memcpy(&value, at_, sizeof value);
        at_ += sizeof value;
        return value;
    }
    std::string_view take_text() {
        const auto size = take<std::uint32_t>();
        return take_bytes(size);
    }
    std::string_view take_bytes(std::size_t size) {
        const std::string_view text{at_, size};
        at_ += size;
        return text;
    }
    const char* at() const { return at_; }

private:
    const char* at_;
};

bool is_string(const Value& value) { return value.kind() == Kind::String; }

bool contains(Reader& code, const Value& value) {
    const auto count = code.take<std::uint32_t>();
    const auto hashes = code.take_bytes(count * sizeof(std::uint32_t));
    const auto ends = code.take_bytes(count * sizeof(std::uint32_t));
    const auto number = [](std::string_view numbers, std::size_t i) {
        std::uint32_t value = 0;
        std::memcpy(&value, numbers.data() + i * sizeof value, sizeof value);
        return value;
    };
    const auto texts = code.take_bytes(number(ends, count - 1));
    if (!is_string(value))
        return false;
    const auto wanted = static_cast<std::uint32_t>(value.text_hash());
    std::size_t low = 0;
    for (std::size_t high = count; low < high;) {
        const auto middle = (low + high) / 2;
        if (number(hashes, middle) < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < count && number(hashes, low) == wanted; ++low) {
        const std::size_t begin = low == 0 ? 0 : number(ends, low - 1);
        if (texts.substr(begin, number(ends, low) - begin) == value.text())
            return true;
    }
    return false;
}

/// Whether `lower` is the beginning of `text`, where case is ignored.
bool starts_folded(std::string_view lower, std::string_view text) {
    return text.size() >= lower.size() && std::ranges::equal(lower, text.substr(0, lower.size()), {}, {}, ascii_lower);
}
bool ends_folded(std::string_view lower, std::string_view text) {
    return text.size() >= lower.size() && starts_folded(lower, text.substr(text.size() - lower.size()));
}

// No two forms of a character are prefix or suffix of one another, so the first that fits is the only one.
bool take_forms(Reader& code, std::string_view& text, bool from_end) {
    bool fits = true;
    const auto take = [&](std::string_view form) {
        if (from_end ? !text.ends_with(form) : !text.starts_with(form))
            return false;
        from_end ? text.remove_suffix(form.size()) : text.remove_prefix(form.size());
        return true;
    };
    for (auto left = code.take<std::uint32_t>(); left > 0; --left) {
        const auto lower = code.take_text();
        const auto upper = code.take_text();
        fits = fits && (take(lower) || take(upper));
    }
    return fits;
}

/// The leftmost place of each piece leaves the most room for the rest.
bool take_piece(std::string_view piece, std::string_view& text) {
    // Linear whatever the texts are, which std::string_view::find is not.
    const void* found = ::memmem(text.data(), text.size(), piece.data(), piece.size());
    if (!found)
        return false;
    text.remove_prefix(static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) + piece.size());
    return true;
}

bool fits_wildcard(Reader& code, std::string_view text) {
    const auto count = code.take<std::uint32_t>();
    const auto head = code.take_text();
    if (count == 1)
        return text == head;
    bool fits = text.starts_with(head);
    if (fits)
        text.remove_prefix(head.size());
    for (std::uint32_t i = 2; i < count; ++i) {
        const auto piece = code.take_text();
        fits = fits && take_piece(piece, text);
    }
    return text.ends_with(code.take_text()) && fits;
}

bool is_in_range(const NumericRange& range, const Value& value) {
    if (value.kind() != Kind::Number || !value.number().comparable)
        return false;
    const double number = value.number().value;
    return (range.open_bottom ? number > range.bottom : number >= range.bottom) &&
           (range.open_top ? number < range.top : number <= range.top);
}

bool is_number(double wanted, const Value& value) {
    return value.kind() == Kind::Number && value.number().comparable && value.number().value == wanted;
}

bool is_digits(std::string_view wanted, const Value& value) {
    return value.kind() == Kind::Number && value.text() == wanted && !value.number().comparable;
}

std::optional<Address> address_of(const Value& value) {
    return is_string(value) ? parse_address(value.text()) : std::nullopt;
}

bool is_in_block(const AddressBlock& block, const Value& value) {
    const auto address = address_of(value);
    return address && block.contains(*address);
}

/// Whether so many bytes are the same; most texts are short.
inline bool are_same(const char* a, const char* b, std::size_t size) {
    const auto same = [=]<class Word>(Word word, std::size_t at) {
        Word other = word;
        std::memcpy(&word, a + at, sizeof word);
        std::memcpy(&other, b + at, sizeof other);
        return word == other;
    };
    if (size > 2 * sizeof(std::uint64_t))
        return std::memcmp(a, b, size) == 0;
    if (size >= sizeof(std::uint64_t))
        return same(std::uint64_t{}, 0) && same(std::uint64_t{}, size - sizeof(std::uint64_t));
    if (size >= sizeof(std::uint32_t))
        return same(std::uint32_t{}, 0) && same(std::uint32_t{}, size - sizeof(std::uint32_t));
    return size == 0 || (a[0] == b[0] && a[size / 2] == b[size / 2] && a[size - 1] == b[size - 1]);
}

/// Runs one of the tests that are not as common, reading all that belongs to it.
bool accepts_other(Op op, Reader& code, const Value& value) {
    // Of a value that is no string, an empty text in its place would be accepted by an empty prefix.
    const bool is_text = is_string(value);
    auto text = value.text();
    switch (op) {
        case Op::Texts:
            return contains(code, value);
        case Op::Constant:
            return code.take<Kind>() == value.kind();
        case Op::Number:
            return is_number(code.take<double>(), value);
        case Op::Digits:
            return is_digits(code.take_text(), value);
        case Op::Address:
            return address_of(value) == code.take<Address>();
        case Op::FoldedWhole: {
            const auto lower = code.take_text();
            return lower.size() == text.size() && starts_folded(lower, text) && is_text;
        }
        case Op::FoldedStart:
            return starts_folded(code.take_text(), text) && is_text;
        case Op::FoldedEnd:
            return ends_folded(code.take_text(), text) && is_text;
        case Op::FormsWhole:
            return take_forms(code, text, false) && text.empty() && is_text;
        case Op::FormsStart:
            return take_forms(code, text, false) && is_text;
        case Op::FormsEnd:
            return take_forms(code, text, true) && is_text;
        case Op::Wildcard:
            return fits_wildcard(code, text) && is_text;
        case Op::Block:
            return is_in_block(code.take<AddressBlock>(), value);
        default:
            break;
    }
    return false;
}

}  // namespace

bool accepts(const char* code, const Value& value) {
    const bool is_text = is_string(value);
    const auto text = value.text();
    const char* behind = nullptr;  // the anything-but whose list is being read; such lists have none of their own
    for (Reader reader{code};;) {
        bool fits = false;
        switch (const auto op = reader.take<Op>()) {
            case Op::End:
                return behind != nullptr;
            case Op::AnythingBut: {
                const auto size = reader.take<std::uint32_t>();
                behind = reader.at() + size;
                continue;
            }
            case Op::Text: {
                const auto wanted = reader.take_text();
                fits = is_text && wanted.size() == text.size() && are_same(wanted.data(), text.data(), text.size());
                break;
            }
            case Op::Prefix: {
                const auto head = reader.take_text();
                fits = is_text && head.size() <= text.size() && are_same(head.data(), text.data(), head.size());
                break;
            }
            case Op::Suffix: {
                const auto tail = reader.take_text();
                fits = is_text && tail.size() <= text.size() &&
                       are_same(tail.data(), text.data() + text.size() - tail.size(), tail.size());
                break;
            }
            case Op::Range: {
                const auto bottom = reader.take<double>();
                const auto top = reader.take<double>();
                const auto open = reader.take<std::uint8_t>();
                fits = is_in_range({bottom, top, (open & 1) != 0, (open & 2) != 0}, value);
                break;
            }
            case Op::Any:
                fits = true;
                break;
            default: {
                Reader other = reader;
                fits = accepts_other(op, other, value);
                reader = other;
                break;
            }
        }
        if (!fits)
            continue;
        if (!behind)
            return true;
        reader = Reader{std::exchange(behind, nullptr)};
    }
}

}  // namespace rialto::pattern
