#include "entities/terms.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "entities/characters.hpp"

namespace rialto::entities {
namespace {

using enum TermKind;
using Entry = std::pair<std::string_view, TermKind>;

constexpr auto kTerms = [] {
    auto terms = std::to_array<Entry>({
        {"january", Month},
        {"february", Month},
        {"april", Month},
        {"june", Month},
        {"july", Month},
        {"august", Month},
        {"september", Month},
        {"october", Month},
        {"november", Month},
        {"december", Month},
        {"jan.", Month},
        {"feb.", Month},
        {"apr.", Month},
        {"aug.", Month},
        {"sept.", Month},
        {"sep", Month},
        {"oct.", Month},
        {"nov.", Month},
        {"dec.", Month},
        {"jan", Month},
        {"feb", Month},
        {"apr", Month},
        {"aug", Month},
        {"sept", Month},
        {"oct", Month},
        {"nov", Month},
        {"dec", Month},
        {"jul", Month},
        {"jun", Month},
        {"may", AmbiguousMonth},
        {"march", AmbiguousMonth},
        {"mar", AmbiguousMonth},
        {"monday", Weekday},
        {"tuesday", Weekday},
        {"wednesday", Weekday},
        {"thursday", Weekday},
        {"friday", Weekday},
        {"saturday", Weekday},
        {"sunday", Weekday},
        {"mondays", Weekday},
        {"tuesdays", Weekday},
        {"wednesdays", Weekday},
        {"thursdays", Weekday},
        {"fridays", Weekday},
        {"saturdays", Weekday},
        {"sundays", Weekday},
        {"spring", Season},
        {"summer", Season},
        {"autumn", Season},
        {"winter", Season},
        {"fall", Season},
        {"second", Ordinal},
        {"seconds", Period},
        {"minute", Period},
        {"minutes", Period},
        {"hour", Period},
        {"hours", Period},
        {"day", Period},
        {"days", Period},
        {"week", Period},
        {"weeks", Period},
        {"weekend", Weekend},
        {"weekends", Period},
        {"fortnight", Period},
        {"month", Period},
        {"months", Period},
        {"quarter", Period},
        {"year", Period},
        {"years", Period},
        {"decade", Period},
        {"decades", Period},
        {"century", Period},
        {"centuries", Period},
        {"millennium", Period},
        {"millennia", Period},
        {"morning", DayPart},
        {"afternoon", DayPart},
        {"evening", DayPart},
        {"night", DayPart},
        {"yesterday", Deictic},
        {"today", Deictic},
        {"tomorrow", Deictic},
        {"tonight", Deictic},
        {"last", Relative},
        {"next", Relative},
        {"this", Relative},
        {"past", Relative},
        {"coming", Relative},
        {"recent", Relative},
        {"previous", Relative},
        {"in", Since},
        {"since", Since},
        {"until", Since},
        {"till", Since},
        {"by", Since},
        {"from", Since},
        {"during", Since},
        {"before", Since},
        {"after", Since},
        {"circa", Since},
        {"early", Since},
        {"late", Since},
        {"mid", Since},
        {"to", Since},
        {"ago", Ago},
        {"the", The},
        {"of", Of},
        {",", Comma},
        {"and", And},
        {"or", And},
        {"a", Article},
        {"an", Article},
        {"one", NumberWord},
        {"two", NumberWord},
        {"three", NumberWord},
        {"four", NumberWord},
        {"five", NumberWord},
        {"six", NumberWord},
        {"seven", NumberWord},
        {"eight", NumberWord},
        {"nine", NumberWord},
        {"ten", NumberWord},
        {"eleven", NumberWord},
        {"twelve", NumberWord},
        {"thirteen", NumberWord},
        {"fourteen", NumberWord},
        {"fifteen", NumberWord},
        {"sixteen", NumberWord},
        {"seventeen", NumberWord},
        {"eighteen", NumberWord},
        {"nineteen", NumberWord},
        {"twenty", NumberWord},
        {"thirty", NumberWord},
        {"forty", NumberWord},
        {"fifty", NumberWord},
        {"sixty", NumberWord},
        {"seventy", NumberWord},
        {"eighty", NumberWord},
        {"ninety", NumberWord},
        {"several", NumberWord},
        {"few", NumberWord},
        {"half", NumberWord},
        {"hundred", Scale},
        {"hundreds", Scale},
        {"thousand", Scale},
        {"thousands", Scale},
        {"million", Scale},
        {"millions", Scale},
        {"billion", Scale},
        {"billions", Scale},
        {"trillion", Scale},
        {"dozen", Scale},
        {"dozens", Scale},
        {"bn", Scale},
        {"first", Ordinal},
        {"third", Ordinal},
        {"fourth", Ordinal},
        {"fifth", Ordinal},
        {"sixth", Ordinal},
        {"seventh", Ordinal},
        {"eighth", Ordinal},
        {"ninth", Ordinal},
        {"tenth", Ordinal},
        {"eleventh", Ordinal},
        {"twelfth", Ordinal},
        {"thirteenth", Ordinal},
        {"fourteenth", Ordinal},
        {"fifteenth", Ordinal},
        {"sixteenth", Ordinal},
        {"seventeenth", Ordinal},
        {"eighteenth", Ordinal},
        {"nineteenth", Ordinal},
        {"twentieth", Ordinal},
        {"am", ClockSuffix},
        {"pm", ClockSuffix},
        {"a.m.", ClockSuffix},
        {"p.m.", ClockSuffix},
        {"o'clock", ClockSuffix},
        {"gmt", Zone},
        {"utc", Zone},
        {"est", Zone},
        {"edt", Zone},
        {"pst", Zone},
        {"pdt", Zone},
        {"cet", Zone},
        {"$", CurrencySign},
        {"£", CurrencySign},
        {"€", CurrencySign},
        {"¥", CurrencySign},
        {"dollar", Currency},
        {"dollars", Currency},
        {"euro", Currency},
        {"euros", Currency},
        {"cents", Currency},
        {"yen", Currency},
        {"rupees", Currency},
        {"usd", Currency},
        {"eur", Currency},
        {"gbp", Currency},
        {"bucks", Currency},
        {"francs", Currency},
        {"rubles", Currency},
        {"yuan", Currency},
        {"quid", Currency},
        {"%", Unit},
        {"percent", Unit},
        {"per-cent", Unit},
        {"km", Unit},
        {"kilometre", Unit},
        {"kilometres", Unit},
        {"kilometer", Unit},
        {"kilometers", Unit},
        {"mile", Unit},
        {"miles", Unit},
        {"metre", Unit},
        {"metres", Unit},
        {"meter", Unit},
        {"meters", Unit},
        {"feet", Unit},
        {"foot", Unit},
        {"ft", Unit},
        {"ft.", Unit},
        {"inch", Unit},
        {"inches", Unit},
        {"yards", Unit},
        {"cm", Unit},
        {"mm", Unit},
        {"kg", Unit},
        {"kilogram", Unit},
        {"kilograms", Unit},
        {"kilos", Unit},
        {"gram", Unit},
        {"grams", Unit},
        {"mg", Unit},
        {"lbs", Unit},
        {"lb", Unit},
        {"pound", Unit},
        {"pounds", Unit},
        {"ounce", Unit},
        {"ounces", Unit},
        {"ton", Unit},
        {"tons", Unit},
        {"tonne", Unit},
        {"tonnes", Unit},
        {"litre", Unit},
        {"litres", Unit},
        {"liter", Unit},
        {"liters", Unit},
        {"gallon", Unit},
        {"gallons", Unit},
        {"barrels", Unit},
        {"acre", Unit},
        {"acres", Unit},
        {"hectares", Unit},
        {"mph", Unit},
        {"km/h", Unit},
        {"kb", Unit},
        {"mb", Unit},
        {"gb", Unit},
        {"tb", Unit},
        {"bytes", Unit},
        {"megabytes", Unit},
        {"gigabytes", Unit},
        {"ghz", Unit},
        {"mhz", Unit},
        {"watts", Unit},
        {"kw", Unit},
        {"mw", Unit},
        {"volts", Unit},
        {"degrees", Unit},
        {"calories", Unit},
        {"ms", Unit},
        {"ml", Unit},
    });
    std::ranges::sort(terms);
    return terms;
}();

constexpr std::size_t kLongest = 12;

/// By the first byte of a term, a bit for each length: most words are told to be none by this alone.
constexpr auto kLengths = [] {
    std::array<std::uint16_t, 256> lengths{};
    for (const Entry& term : kTerms)
        lengths[static_cast<unsigned char>(term.first[0])] |= static_cast<std::uint16_t>(1U << term.first.size());
    return lengths;
}();

bool is_digit(char c) { return c >= '0' && c <= '9'; }

TermKind find(std::string_view lower) {
    if (lower.empty() || lower.size() > kLongest ||
        (kLengths[static_cast<unsigned char>(lower[0])] >> lower.size() & 1) == 0)
        return Other;
    const auto at = std::ranges::lower_bound(kTerms, lower, {}, &Entry::first);
    return at != kTerms.end() && at->first == lower ? at->second : Other;
}

/// The token with each digit as 0, so that a form is told by comparing.
struct Form {
    explicit Form(std::string_view token) : size{std::min(token.size(), chars.size())} {
        std::ranges::transform(token.substr(0, size), chars.begin(), [](char c) { return is_digit(c) ? '0' : c; });
    }
    std::string_view view() const { return {chars.data(), size}; }

    std::array<char, 16> chars{};
    std::size_t size;
};

bool is_iso_date(std::string_view form) {
    constexpr auto kForms = std::to_array<std::string_view>(
        {"0000-00-00", "0000/00/00", "00/00/0000", "0/00/0000", "00/0/0000", "0/0/0000", "00.00.0000", "00-00-0000"});
    return std::ranges::find(kForms, form) != kForms.end() || form.starts_with("0000-00-00T00:00");
}

/// "jan", "sept.": words that without a capital may be others, or parts of them.
bool is_short_month(TermKind kind, std::string_view lower) {
    return kind == Month && lower.size() < 6 && lower != "april" && lower != "june" && lower != "july";
}

TermKind kind_of_plain_number(std::string_view digits) {
    if (digits.size() <= 2 && digits[0] != '0') {
        const int value = digits.size() == 1 ? digits[0] - '0' : (digits[0] - '0') * 10 + digits[1] - '0';
        return value <= 31 ? Day : Number;
    }
    const bool year = digits.size() == 4 && (digits[0] == '1' || (digits[0] == '2' && digits[1] == '0'));
    return year ? Year : Number;
}

TermKind kind_of_suffixed(std::string_view suffix, bool four_digits) {
    if (suffix == "st" || suffix == "nd" || suffix == "rd" || suffix == "th")
        return Ordinal;
    if (suffix == "s" && four_digits)
        return Decade;
    if (suffix == "am" || suffix == "pm")
        return Clock;
    if (suffix == "m" || suffix == "g" || suffix == "k" || suffix == "bn")
        return Measure;
    return find(suffix) == Unit ? Measure : Other;
}

/// A token that begins with a digit; `lower` is without capitals.
TermKind kind_of_number(std::string_view lower) {
    const Form form{lower};
    if (is_iso_date(form.view()))
        return IsoDate;
    if (form.view() == "0000-0000" || form.view() == "0000-00" || form.view() == "0000–0000")
        return YearRange;
    if (form.view() == "0-0" || form.view() == "0-00" || form.view() == "00-00")
        return DayRange;
    if (form.view() == "0:00" || form.view() == "00:00" || form.view() == "00:00:00")
        return Clock;
    const std::size_t plain = std::min(lower.find_first_not_of("0123456789"), lower.size());
    if (plain == lower.size())
        return kind_of_plain_number(lower);
    const std::size_t number = std::min(lower.find_first_not_of("0123456789.,"), lower.size());
    return number == lower.size() ? Number : kind_of_suffixed(lower.substr(number), number == 4);
}

}  // namespace

Term classify(std::string_view token) {
    if (token.empty() || token.size() > 2 * kLongest)
        return {Other, false};
    std::array<char, 2 * kLongest> small{};
    std::ranges::transform(token, small.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    const std::string_view lower{small.data(), token.size()};
    const bool capitalised = lower[0] != token[0];
    if (is_digit(lower[0]))
        return {kind_of_number(lower), capitalised};
    const bool plain = lower[0] == token[0] && lower[0] >= 'a' && lower[0] <= 'z';
    if (const TermKind kind = find(lower); kind != Other)
        return {!capitalised && is_short_month(kind, lower) ? Other : kind, capitalised, plain};
    const std::size_t hyphen = lower.find('-');  // "twenty-one"
    const bool compound = hyphen != std::string_view::npos && find(lower.substr(0, hyphen)) == NumberWord &&
                          find(lower.substr(hyphen + 1)) == NumberWord;
    return {compound ? NumberWord : Other, capitalised, plain};
}

}  // namespace rialto::entities
