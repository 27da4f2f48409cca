#include "entities/word.hpp"

#include <string>

#include "entities/characters.hpp"
#include "entities/hash.hpp"
#include "entities/tokenizer.hpp"
#include "rialto/base/utf8.hpp"

namespace rialto::entities {
namespace {

/// A string in a fixed buffer; what does not fit is left out.
class Text {
public:
    void push(char c) {
        if (size_ < bytes_.size())
            bytes_[size_++] = c;
    }
    void push(std::string_view text) {
        for (const char c : text)
            push(c);
    }
    std::string_view view() const { return {bytes_.data(), size_}; }

private:
    std::array<char, kMaxWordBytes + 8> bytes_;
    std::size_t size_ = 0;
};

char shape_of(char32_t c, char32_t small) {
    switch (class_of(c)) {
        case CharClass::Letter:
            return small != c ? 'X' : 'x';
        case CharClass::Digit:
            return '0';
        case CharClass::Symbol:
            return '*';
        default:
            return c < 0x80 ? static_cast<char>(c) : '.';
    }
}

/// Takes the characters of a word one by one and collects the forms that are hashed.
class Forms {
public:
    void add(char32_t c, std::string_view bytes) {
        const char32_t small = rialto::entities::lower(c);
        const char shape_char = shape_of(c, small);
        add_shape(shape_char);
        count_case(shape_char);
        if (c < 0x80) {
            exact.push(static_cast<char>(c));
            lower.push(shape_char == '0' ? '0' : static_cast<char>(small));
        } else {
            exact.push(bytes);
            push_code_point(small);
        }
    }

    Caps caps() const {
        if (capitals_ == 0)
            return small_ == 0 ? Caps::None : Caps::Lower;
        if (small_ == 0 && capitals_ > 1)
            return Caps::All;
        return starts_with_capital_ && capitals_ == 1 ? Caps::Initial : Caps::Mixed;
    }

    Text exact, lower, shape, long_shape;

private:
    void push_code_point(char32_t c) {
        std::string encoded;  // At most four bytes: never on the heap.
        append_utf8(encoded, c);
        lower.push(encoded);
    }

    void add_shape(char c) {
        run_ = c == previous_ ? run_ + 1 : 1;
        previous_ = c;
        if (run_ == 1)
            shape.push(c);
        if (run_ <= 4)
            long_shape.push(c);
    }

    void count_case(char c) {
        starts_with_capital_ = starts_with_capital_ || (c == 'X' && small_ + capitals_ == 0);
        capitals_ += c == 'X' ? 1 : 0;
        small_ += c == 'x' ? 1 : 0;
    }

    char previous_ = 0;
    int run_ = 0;
    int capitals_ = 0;
    int small_ = 0;
    bool starts_with_capital_ = false;
};

}  // namespace

Word make_word(std::string_view token) {
    const Term term = classify(token);
    token = utf8_prefix(token, kMaxWordBytes);
    if (token == "``" || token == "''")
        token = "\"";
    Forms forms;
    for (std::size_t at = 0; at < token.size();) {
        const Char c = char_at(token, at);
        const char32_t code = straight_quote(c.code);
        forms.add(code, token.substr(at, c.size));
        at += c.size;
    }

    const std::string_view lower = forms.lower.view();
    Word word{hash_bytes(forms.exact.view()),
              hash_bytes(lower),
              hash_bytes(forms.shape.view()),
              hash_bytes(forms.long_shape.view()),
              {},
              {},
              forms.caps(),
              term,
              {},
              {}};
    for (std::size_t i = 0; i < 3 && lower.size() >= i + 2; ++i) {
        word.prefixes[i] = pack_bytes(lower.substr(0, i + 2));
        word.suffixes[i] = pack_bytes(lower.substr(lower.size() - i - 2));
    }
    return word;
}

}  // namespace rialto::entities
