#include <algorithm>

#include "rialto/base/utf8.hpp"
#include "tests/property/texts.hpp"

namespace rialto::property {
namespace {

using CodePoints = std::u32string;

CodePoints code_points(const std::string& text) {
    CodePoints points;
    for (std::size_t at = 0; at < text.size();)
        points += next_code_point(text, at);
    return points;
}

std::string utf8(const CodePoints& points) {
    std::string text;
    for (const auto point : points)
        append_utf8(text, point);
    return text;
}

bool is_character(char32_t point) { return point <= 0x10ffff && (point < 0xd800 || point > 0xdfff); }

// Spellings of one another under some notion of case that is not ours.
const std::vector<std::vector<std::string>> kFamilies = {
    {"ß", "SS", "ss", "Ss", "ẞ", "ſs"},
    {"ﬀ", "FF", "ff", "Ff"},
    {"ﬃ", "FFI", "ffi", "FﬁI"},
    {"İ", "i̇", "i", "I", "ı"},
    {"K", "K", "k"},
    {"S", "ſ", "s"},
    {"Å", "Å", "å", "Å"},
    {"Ω", "Ω", "ω"},
    {"Σ", "σ", "ς"},
    {"ǆ", "ǅ", "Ǆ", "dž"},
    {"ŉ", "ʼN", "ʼn"},
    {"ΐ", "Ϊ́", "ΐ"},
    {"ᾳ", "ᾼ", "ΑΙ", "αι"},
    {"ǰ", "J̌"},
    {"Ⱥ", "ⱥ"},
    {"µ", "μ", "Μ"},
    {"é", "É", "é"},
    {"𐐀", "𐐨"},
    {"😀", "😁", "??"},
};

std::string few(Random& random, const std::vector<std::string>& parts, std::size_t most) {
    std::string text;
    for (auto count = random.below(most + 1); count > 0; --count)
        text += random.pick(parts);
    return text;
}

std::string letters(Random& random) { return few(random, {"a", "b", "a", "b", "A", "B"}, 4); }

std::string literal(Random& random) {
    static const std::vector<std::string> kStems = {
        "arn:aws:ec2:eu-central-1:123456789012:instance/",
        "https://example.org/a/rather/long/path/that/many/values/share/",
        std::string(70, 'a'),
        "abababababababababababababababab",
    };
    return random.pick(kStems) + letters(random) + (random.chance(20) ? random.pick(kStems) : "");
}

std::string relatives(Random& random) {
    std::string text;
    for (auto count = 1 + random.below(3); count > 0; --count)
        text += random.pick(random.pick(kFamilies));
    return text;
}

/// Where the scripts with two cases are.
std::string cased(Random& random) {
    static const std::vector<std::pair<char32_t, char32_t>> kRanges = {
        {0xb5, 0x24f},    {0x250, 0x2af},   {0x345, 0x52f},   {0x531, 0x587},   {0x10a0, 0x10ff}, {0x13a0, 0x13fd},
        {0x1c80, 0x1cbf}, {0x1d79, 0x1d8e}, {0x1e00, 0x1fff}, {0x2126, 0x2188}, {0x24b6, 0x24e9}, {0x2c00, 0x2d2d},
        {0xa640, 0xa7f6}, {0xab53, 0xabbf}, {0xfb00, 0xfb17}, {0xff21, 0xff5a},
    };
    CodePoints points;
    for (auto count = 1 + random.below(2); count > 0; --count) {
        const auto& [first, last] = random.pick(kRanges);
        points += first + static_cast<char32_t>(random.below(last - first + 1));
    }
    return utf8(points);
}

std::string signs(Random& random) {
    return few(random, {"*", "\\", "\"", "?", "/", "\n", std::string(1, '\0'), ".", "[", "\x7f", " ", "\x1f", "a"}, 4);
}

std::string impostor(Random& random) {
    return random.pick({"null", "true", "false", "1", "1.0", "-0", "[]", "{}", "", "NaN", "Infinity", "300"});
}

}  // namespace

std::string any_text(Random& random) {
    switch (random.below(10)) {
        case 0:
            return literal(random);
        case 1:
            return relatives(random);
        case 2:
            return cased(random);
        case 3:
            return signs(random);
        case 4:
            return any_address(random);
        case 5:
            return impostor(random);
        case 6:
            return letters(random) + relatives(random) + letters(random);
        default:
            return letters(random);
    }
}

std::string near_text(Random& random, const std::string& text) {
    auto points = code_points(text);
    const auto at = random.below(points.size() + 1);
    const auto letter = code_points(random.pick({"a", "b", "A", "*", "é", "😀", " "}))[0];
    switch (random.below(7)) {
        case 0:
            return refolded(random, text);
        case 1:
            return head(random, text);
        case 2:
            return tail(random, text);
        case 3:
            return text + random.pick({"a", "b", "\"", "*", std::string(1, '\0')});
        case 4:
            points.insert(at, 1, letter);
            break;
        case 5:
            points.erase(std::min(at, points.size()), 1);
            break;
        default:
            points.replace(std::min(at, points.size()), 1, 1, letter);
            break;
    }
    return utf8(points);
}

std::string refolded(Random& random, const std::string& text) {
    for (const auto& family : kFamilies) {
        const auto& member = random.pick(family);
        const auto at = text.find(member);
        if (at != std::string::npos && random.chance(50))
            return text.substr(0, at) + random.pick(family) + text.substr(at + member.size());
    }
    auto points = code_points(text);
    for (auto& point : points) {
        // The distances between the cases of most letters.
        static const std::vector<int> kSteps = {32, -32, 32, -32, 1, -1, 80, -80, 48, -48, 8, -8};
        const auto other = point + static_cast<char32_t>(random.pick(kSteps));
        const bool is_letter = point >= 0x80 || (point | 0x20) - U'a' < 26;
        if (is_letter && is_character(other) && random.chance(40))
            point = other;
    }
    return utf8(points);
}

std::string head(Random& random, const std::string& text) {
    const auto points = code_points(text);
    return utf8(points.substr(0, random.below(points.size() + 1)));
}

std::string tail(Random& random, const std::string& text) {
    const auto points = code_points(text);
    return utf8(points.substr(random.below(points.size() + 1)));
}

std::string starred(Random& random, const std::string& text) {
    std::string wildcard;
    bool after_star = false;
    auto skip = std::size_t{0};
    for (const auto point : code_points(text)) {
        if (!after_star && random.chance(text.size() > 30 ? 4 : 25)) {
            wildcard += '*';
            after_star = true;
            skip = random.below(4);
        }
        if (skip > 0) {
            --skip;
            continue;
        }
        if (point == U'*' || point == U'\\')
            wildcard += '\\';
        append_utf8(wildcard, point);
        after_star = false;
    }
    return wildcard + (!after_star && random.chance(25) ? "*" : "");
}

std::string spelled_text(Random& random, const std::string& text) {
    static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    static constexpr std::string_view kLetters = "\"\\/bfnrt";
    const bool is_plain = random.chance(80);
    const auto hex = [&random](char32_t unit) {
        const std::string_view digits = random.chance(50) ? "0123456789abcdef" : "0123456789ABCDEF";
        return std::string{"\\u"} + digits[unit >> 12] + digits[unit >> 8 & 15] + digits[unit >> 4 & 15] +
               digits[unit & 15];
    };
    std::string spelled = "\"";
    for (const auto point : code_points(text)) {
        const auto letter = point < 0x80 ? kMeanings.find(static_cast<char>(point)) : std::string_view::npos;
        const bool must = point < 0x20 || point == U'"' || point == U'\\';
        if (!must && (is_plain || random.chance(50)))
            append_utf8(spelled, point);
        else if (letter != std::string_view::npos && random.chance(80))
            spelled += {'\\', kLetters[letter]};
        else if (point >= 0x10000)
            spelled += hex(0xd7c0 + (point >> 10)) + hex(0xdc00 + (point & 0x3ff));
        else
            spelled += hex(point);
    }
    return spelled + '"';
}

}  // namespace rialto::property
