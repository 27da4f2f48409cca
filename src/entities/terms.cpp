#include "entities/terms.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "entities/term_lists.hpp"

namespace rialto::entities {
namespace {

using enum TermKind;

/// Longer tokens are no terms; the longest is a time stamp.
constexpr std::size_t kLongestToken = 36;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The token with each digit as 0, so that a form is told by comparing.
struct Form {
    explicit Form(std::string_view token) : size{std::min(token.size(), chars.size())} {
        std::ranges::transform(token.substr(0, size), chars.begin(), [](char c) { return is_digit(c) ? '0' : c; });
    }
    std::string_view view() const { return {chars.data(), size}; }

    std::array<char, 16> chars{};
    std::size_t size;
};

/// Of digits only, at most four.
int value_of(std::string_view digits) {
    int value = 0;
    for (const char digit : digits)
        value = value * 10 + (digit - '0');
    return value;
}

TermKind kind_of_plain_number(std::string_view digits) {
    const int value = digits.size() <= 4 ? value_of(digits) : 0;
    if (digits.size() <= 2)
        return value >= 1 && value <= 31 ? Day : Number;
    if (digits.size() != 4 || value < 1000 || value >= 2100)
        return Number;
    return value >= 1800 && value % 100 != 0 ? LikelyYear : Year;
}

/// "1998-2004", "2023/24": years in order, and not a number of a telephone.
bool is_year_range(std::string_view token) {
    if (token.size() < 6 || kind_of_plain_number(token.substr(0, 4)) == Number)
        return false;
    const std::string_view second = token.substr(token.find_last_not_of("0123456789") + 1);
    const int first = value_of(token.substr(0, 4));
    if (second.size() == 2)
        return value_of(second) > first % 100 || value_of(second) == (first + 1) % 100;  // "1999-00"
    return kind_of_plain_number(second) != Number && value_of(second) > first;
}

std::optional<TermKind> kind_of_form(std::string_view form, std::string_view token) {
    struct Known {
        std::string_view form;
        TermKind kind;
    };
    constexpr auto kForms = std::to_array<Known>({
        {"0000-00-00", Date},  {"0000/00/00", Date},   {"00/00/0000", Date}, {"0/00/0000", Date}, {"00/0/0000", Date},
        {"0/0/0000", Date},    {"00.00.0000", Date},   {"00-00-0000", Date}, {"00/00/00", Date},  {"0/00/00", Date},
        {"00/0/00", Date},     {"0/0/00", Date},       {"0:00", Clock},      {"00:00", Clock},    {"00:00:00", Clock},
        {"0.00", DottedClock}, {"00.00", DottedClock}, {"0/0", NumberWord},  {"0-0", DayRange},   {"0-00", DayRange},
        {"00-00", DayRange},   {"0–0", DayRange},      {"0–00", DayRange},   {"00–00", DayRange},
    });
    constexpr auto kYearRanges =
        std::to_array<std::string_view>({"0000-0000", "0000–0000", "0000-00", "0000–00", "0000/00"});
    if (const auto known = std::ranges::find(kForms, form, &Known::form); known != kForms.end())
        return known->kind;
    if (form.starts_with("0000-00-00t00:00"))
        return Date;
    if (std::ranges::find(kYearRanges, form) != kYearRanges.end() && is_year_range(token))
        return YearRange;
    return std::nullopt;
}

TermKind kind_of_suffixed(std::string_view number, std::string_view suffix) {
    if (suffix == "st" || suffix == "nd" || suffix == "rd" || suffix == "th")
        return Ordinal;
    if (suffix == "s" && number.back() == '0' && (number.size() == 4 || number.size() == 2))
        return number.size() == 4 ? Decade : ShortDecade;
    if (suffix == "m" || suffix == "g" || suffix == "k" || suffix == "bn")
        return Measure;
    const TermKind kind = kind_of_word(suffix);
    if (kind == ClockSuffix)
        return Clock;
    return kind == Unit || kind == Scale ? Measure : Other;
}

TermKind kind_of_compound(std::string_view lower);

/// A token that begins with a digit; `lower` is without capitals.
TermKind kind_of_number(std::string_view lower) {
    const std::size_t plain = std::min(lower.find_first_not_of("0123456789"), lower.size());
    if (plain == lower.size())
        return kind_of_plain_number(lower);
    if (const auto kind = kind_of_form(Form{lower}.view(), lower))
        return *kind;
    const std::size_t number = std::min(lower.find_first_not_of("0123456789.,"), lower.size());
    if (number == lower.size())
        return Number;
    const std::string_view rest = lower.substr(number);
    if (rest[0] == ':')  // "5:30pm"
        return rest.size() > 3 && kind_of_word(rest.substr(3)) == ClockSuffix ? Clock : Other;
    const std::size_t dash = rest[0] == '-' ? 1 : rest.starts_with("–") ? 3 : 0;
    if (dash != 0 && rest.find_first_not_of("0123456789.,", dash) == std::string_view::npos)
        return NumberRange;
    return rest.contains('-') ? kind_of_compound(lower) : kind_of_suffixed(lower.substr(0, number), rest);
}

TermKind kind_of_part(std::string_view lower) {
    return !lower.empty() && is_digit(lower[0]) ? kind_of_number(lower) : kind_of_word(lower);
}

/// What two kinds make that are joined by a hyphen.
struct Compound {
    Kinds first;
    Kinds second;
    TermKind made;  ///< Other: what the second one is.
};
constexpr Kinds kMonths = any_of(Month, AmbiguousMonth);
constexpr std::array kCompounds{
    Compound{any_of(NumberWord), any_of(NumberWord), NumberWord},                       // "twenty-one"
    Compound{any_of(NumberWord), any_of(Ordinal), Measure},                             // "one-third"
    Compound{kDigits | any_of(NumberWord, Half, DayRange, NumberRange),                 //
             kPeriods | any_of(Unit, Currency, Scale), Measure},                        // "10-year", "half-mile"
    Compound{any_of(Ordinal), any_of(Age), Date},                                       // "18th-century"
    Compound{any_of(Day), kMonths, Date},                                               // "29-Feb"
    Compound{any_of(Early), kMonths, Month},                                            // "mid-July"
    Compound{any_of(Early), kYears | any_of(Weekday, Season, Ordinal, Decade), Other},  // "late-1990s"
    Compound{any_of(Early), kPeriods, Deictic},                                         // "mid-year"
    Compound{any_of(Period), any_of(Part, Later), Deictic},                             // "year-end"
    Compound{kMonths, kMonths, Month},                                                  // "June-August"
    Compound{any_of(Weekday), any_of(Weekday), Weekday},
};

/// "nine-year-old", "29-Feb-2024": without the last part.
std::string_view without_age_or_year(std::string_view parts, TermKind first) {
    const std::size_t last = parts.rfind('-');
    if (last == std::string_view::npos)
        return parts;
    const std::string_view tail = parts.substr(last + 1);
    const bool year = first == Day && has(kDigits, kind_of_part(tail));
    return tail == "old" || year ? parts.substr(0, last) : parts;
}

/// "twenty-one", "10-year", "nine-year-old", "two-thirds", "mid-July".
TermKind kind_of_compound(std::string_view lower) {
    const std::size_t hyphen = lower.find('-');
    const TermKind first = hyphen == std::string_view::npos ? Other : kind_of_part(lower.substr(0, hyphen));
    if (first == Other)
        return Other;
    const std::string_view rest = without_age_or_year(lower.substr(hyphen + 1), first);
    if (first == NumberWord && (rest == "thirds" || rest == "quarters" || rest == "fifths" || rest == "tenths"))
        return Measure;
    const TermKind second = kind_of_part(rest);
    if (second == Ordinal && lower[hyphen - 1] == 'y')  // "twenty-first"
        return first == NumberWord ? Ordinal : Other;
    const auto made = std::ranges::find_if(kCompounds, [&](const Compound& compound) {
        return has(compound.first, first) && has(compound.second, second);
    });
    if (made == kCompounds.end())
        return Other;
    return made->made == Other ? second : made->made;
}

/// Without a capital these are other words, or parts of them: "thu", "ad".
bool needs_capital(TermKind kind, std::string_view lower) {
    return kind == EraSuffix || (kind == Weekday && lower.size() < 6 && lower.back() != '.');
}

}  // namespace

Term classify(std::string_view token) {
    if (token.empty() || token.size() > kLongestToken)
        return {Other, false};
    std::array<char, kLongestToken> small{};
    std::ranges::transform(token, small.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    const std::string_view lower{small.data(), token.size()};
    const bool capitalised = lower[0] != token[0];
    if (is_digit(lower[0])) {
        const TermKind kind = kind_of_number(lower);
        return {kind == Measure && token.back() == 'G' ? Other : kind, capitalised};  // "5G" is no weight.
    }
    if (lower[0] == '-' && lower.size() > 1 && is_digit(lower[1]))
        return {lower.find_first_not_of("0123456789.,", 1) == std::string_view::npos ? Number : Other, false};
    const bool plain = lower[0] == token[0] && lower[0] >= 'a' && lower[0] <= 'z';
    if (const TermKind kind = kind_of_word(lower); kind != Other)
        return {!capitalised && needs_capital(kind, lower) ? Other : kind, capitalised, plain};
    if (lower.starts_with("fy") && lower.size() > 2 && lower.size() <= 6 &&
        lower.find_first_not_of("0123456789", 2) == std::string_view::npos)  // "FY2024"
        return {Date, capitalised};
    return {kind_of_compound(lower), capitalised, plain};
}

}  // namespace rialto::entities
