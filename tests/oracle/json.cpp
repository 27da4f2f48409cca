#include "tests/oracle/json.hpp"

#include "rialto/base/utf8.hpp"

namespace rialto::oracle {
namespace {

constexpr int kMaxLevels = 1000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

struct NotJson {};

std::string utf8(char32_t code_point) {
    std::string text;
    const bool is_half = code_point >= 0xd800 && code_point <= 0xdfff;
    append_utf8(text, is_half ? U'?' : code_point);
    return text;
}

/// Reads one value after the other from the front of a text; throws NotJson where it cannot.
class Reader {
public:
    explicit Reader(std::string_view text) : text_{text} {}

    Json value(int level) {
        skip_spaces();
        switch (peek()) {
            case '{':
                return object(level + 1);
            case '[':
                return array(level + 1);
            case '"':
                return Json{Json::Kind::String, string()};
            case 'n':
                return word("null", Json::Kind::Null);
            case 't':
                return word("true", Json::Kind::True);
            case 'f':
                return word("false", Json::Kind::False);
            default:
                return Json{Json::Kind::Number, number()};
        }
    }

    void end() {
        skip_spaces();
        if (at_ < text_.size())
            throw NotJson{};
    }

private:
    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    bool take(char c) {
        if (at_ >= text_.size() || text_[at_] != c)
            return false;
        ++at_;
        return true;
    }

    void expect(char c) {
        if (!take(c))
            throw NotJson{};
    }

    void skip_spaces() {
        while (is_space(peek()))
            ++at_;
    }

    bool take_after_spaces(char c) {
        skip_spaces();
        return take(c);
    }

    Json word(std::string_view letters, Json::Kind kind) {
        for (const char c : letters)
            expect(c);
        return Json{kind};
    }

    Json array(int level) {
        Json json{Json::Kind::Array};
        enter('[', level);
        if (take_after_spaces(']'))
            return json;
        do
            json.values.push_back(value(level));
        while (take_after_spaces(','));
        expect(']');
        return json;
    }

    Json object(int level) {
        Json json{Json::Kind::Object};
        enter('{', level);
        if (take_after_spaces('}'))
            return json;
        do {
            skip_spaces();
            json.names.push_back(string());
            skip_spaces();
            expect(':');
            json.values.push_back(value(level));
        } while (take_after_spaces(','));
        expect('}');
        return json;
    }

    void enter(char bracket, int level) {
        expect(bracket);
        if (level > kMaxLevels)
            throw NotJson{};
    }

    Text number() {
        const auto begin = at_;
        take('-');
        if (!take('0'))
            digits();
        if (take('.'))
            digits();
        if (take('e') || take('E')) {
            if (!take('+'))
                take('-');
            digits();
        }
        return {source(begin), source(begin)};
    }

    void digits() {
        if (!is_digit(peek()))
            throw NotJson{};
        while (is_digit(peek()))
            ++at_;
    }

    Text string() {
        const auto begin = at_;
        std::string value;
        expect('"');
        while (!take('"')) {
            if (at_ >= text_.size() || static_cast<unsigned char>(peek()) < 0x20)
                throw NotJson{};
            value += take('\\') ? escaped() : std::string{text_[at_++]};
        }
        return {value, source(begin)};
    }

    std::string escaped() {
        static constexpr std::string_view kLetters = "\"\\/bfnrt";
        static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
        if (take('u'))
            return utf8(code_point());
        const auto letter = kLetters.find(peek());
        if (at_ >= text_.size() || letter == std::string_view::npos)
            throw NotJson{};
        ++at_;
        return {kMeanings[letter]};
    }

    char32_t code_point() {
        const auto first = hex_digits();
        const auto after_first = at_;
        if (first < 0xd800 || first > 0xdbff || !take('\\'))
            return first;
        const auto second = take('u') ? hex_digits() : char32_t{0};
        if (second >= 0xdc00 && second <= 0xdfff)
            return 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        at_ = after_first;
        return first;
    }

    char32_t hex_digits() {
        static constexpr std::string_view kDigits = "0123456789abcdef";
        char32_t number = 0;
        for (int i = 0; i < 4; ++i, ++at_) {
            const char lower = peek() >= 'A' && peek() <= 'F' ? static_cast<char>(peek() - 'A' + 'a') : peek();
            const auto digit = kDigits.find(lower);
            if (at_ >= text_.size() || digit == std::string_view::npos)
                throw NotJson{};
            number = number * 16 + static_cast<char32_t>(digit);
        }
        return number;
    }

    std::string source(std::size_t begin) const { return std::string{text_.substr(begin, at_ - begin)}; }

    std::string_view text_;
    std::size_t at_ = 0;
};

std::string quoted(std::string_view value) {
    static constexpr std::string_view kHex = "0123456789abcdef";
    std::string text = "\"";
    for (const char c : value) {
        const auto code = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            text += {'\\', c};
        else if (code < 0x20)
            text += std::string{"\\u00"} + kHex[code / 16] + kHex[code % 16];
        else
            text += c;
    }
    return text + '"';
}

std::string write_list(const Json& json, char open, char close) {
    std::string text{open};
    for (std::size_t i = 0; i < json.values.size(); ++i) {
        text += i > 0 ? "," : "";
        if (json.kind == Json::Kind::Object)
            text += json.names[i].source + ":";
        text += write_json(json.values[i]);
    }
    return text + close;
}

}  // namespace

std::optional<Json> parse_json(std::string_view text, Rest rest) try {
    if (!is_utf8(text))
        return std::nullopt;
    Reader reader{text};
    auto json = reader.value(0);
    if (rest == Rest::Refused)
        reader.end();
    return json;
} catch (const NotJson&) {
    return std::nullopt;
}

std::string write_json(const Json& json) {
    switch (json.kind) {
        case Json::Kind::Null:
            return "null";
        case Json::Kind::True:
            return "true";
        case Json::Kind::False:
            return "false";
        case Json::Kind::Array:
            return write_list(json, '[', ']');
        case Json::Kind::Object:
            return write_list(json, '{', '}');
        default:
            return json.text.source;
    }
}

Json string_json(std::string value) {
    auto source = quoted(value);
    return Json{Json::Kind::String, {std::move(value), std::move(source)}};
}

Json number_json(std::string text) {
    auto source = text;
    return Json{Json::Kind::Number, {std::move(text), std::move(source)}};
}

}  // namespace rialto::oracle
