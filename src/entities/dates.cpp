#include "entities/dates.hpp"

#include <algorithm>
#include <array>

#include "entities/quantities.hpp"

namespace rialto::entities {
namespace {

using enum TermKind;

/// Without a capital "may" and "march" are months beside a day or a year alone.
bool is_month(const Terms& terms, std::size_t at) {
    if (!terms.is(at, AmbiguousMonth) || terms.capitalised(at))
        return terms.is(at, Month) || terms.is(at, AmbiguousMonth);
    return terms.is(at + 1, Year) || terms.is(at + 1, Day) || (at > 0 && terms.is(at - 1, Day));
}

bool is_day(const Terms& terms, std::size_t at) {
    return terms.is(at, Day) || terms.is(at, Ordinal) || terms.is(at, DayRange);
}

/// ", 2026" or "2026".
std::size_t year_size(const Terms& terms, std::size_t at) {
    if (terms.is(at, Year))
        return 1;
    return terms.is(at, Comma) && terms.is(at + 1, Year) ? 2 : 0;
}

/// "March 3", "March 3rd, 2026", "March 2026", "3 March", "the 3rd of March 2026".
std::size_t calendar_size(const Terms& terms, std::size_t at) {
    if (is_month(terms, at)) {
        if (is_day(terms, at + 1))
            return 2 + year_size(terms, at + 2);
        const std::size_t year = terms.is(at + 1, Year) ? 1 : 0;
        return year != 0 || terms.is(at, Month) ? 1 + year : 0;
    }
    std::size_t month = at + (terms.is(at, The) && terms.is(at + 1, Ordinal) ? 1 : 0);
    if (!is_day(terms, month))
        return 0;
    ++month;
    if (terms.is(month, Of))
        ++month;
    return is_month(terms, month) ? month + 1 - at + year_size(terms, month + 1) : 0;
}

Match match_calendar(const Terms& terms, std::size_t at) {
    if (terms.is(at, IsoDate))
        return {1, kCertain};
    const std::size_t size = calendar_size(terms, at);
    return {size, size > 1 ? kCertain : kLikely};
}

/// "Tuesday", "Tuesday, 3 March 2026", "Friday night".
Match match_weekday(const Terms& terms, std::size_t at) {
    if (!terms.is(at, Weekday))
        return {};
    const std::size_t comma = terms.is(at + 1, Comma) ? 1 : 0;
    const std::size_t calendar = calendar_size(terms, at + 1 + comma);
    if (calendar > 1)
        return {1 + comma + calendar, kCertain};
    return {terms.is(at + 1, DayPart) ? std::size_t{2} : 1, kCertain};
}

/// "last Tuesday", "next month", "this summer", "the past three years", "the next day".
Match match_relative(const Terms& terms, std::size_t at) {
    const std::size_t first = at + (terms.is(at, The) ? 1 : 0);
    if (!terms.is(first, Relative))
        return {};
    const std::size_t number = number_size(terms, first + 1);
    const std::size_t what = first + 1 + number;
    const bool plain = is_month(terms, what) || terms.is(what, Weekday) || terms.is(what, Season) ||
                       terms.is(what, DayPart) || terms.is(what, Weekend);
    if (!terms.is(what, Period) && (number != 0 || !plain))
        return {};
    const bool part = terms.is(what, Weekday) && terms.is(what + 1, DayPart);
    return {what + 1 - at + (part ? 1 : 0), kCertain};
}

/// "yesterday", "tomorrow morning".
Match match_deictic(const Terms& terms, std::size_t at) {
    if (!terms.is(at, Deictic))
        return {};
    return {terms.is(at + 1, DayPart) ? std::size_t{2} : 1, kCertain};
}

/// "three days ago", "a week ago".
Match match_ago(const Terms& terms, std::size_t at) {
    std::size_t period = at + number_size(terms, at);
    if (period == at && terms.is(at, Article))
        ++period;
    return period > at && terms.is(period, Period) && terms.is(period + 1, Ago) ? Match{period + 2 - at, kCertain}
                                                                                : Match{};
}

/// "10:30", "10:30 pm", "5 p.m.", "5 p.m. EST", "2000 GMT"
Match match_clock(const Terms& terms, std::size_t at) {
    const std::size_t suffix = terms.is(at + 1, ClockSuffix) ? 1 : 0;
    const std::size_t size = 1 + suffix + (terms.is(at + 1 + suffix, Zone) ? 1 : 0);
    if (terms.is(at, Clock))
        return {size, size > 1 ? kCertain : kLikely};
    const bool clock = suffix != 0 ? terms.is(at, Day) : size > 1 && terms.is_digits(at);
    return clock ? Match{size, kCertain} : Match{};
}

/// "the 1990s", "the 19th century", "the summer of 1998", "the summer".
Match match_era(const Terms& terms, std::size_t at) {
    const std::size_t first = at + (terms.is(at, The) ? 1 : 0);
    if (terms.is(first, Decade))
        return {first + 1 - at, kCertain};
    if (terms.is(first, Ordinal) && terms.is(first + 1, Period) && first > at)
        return {first + 2 - at, kLikely};
    if (terms.is(first, Weekend) && first > at)
        return {2, kLikely};
    if (!terms.is(first, Season))
        return {};
    const std::size_t year = first + (terms.is(first + 1, Of) ? 2 : 1);
    return terms.is(year, Year) ? Match{year + 1 - at, kCertain} : Match{};
}

/// "the 1991 Gulf War", "(1998)", "2009 and 2013": a year that is not the number of anything.
bool is_lone_year(const Terms& terms, std::size_t at) {
    if (!terms.is(at, Year) || terms.is_digits(at + 1))
        return false;
    const bool counts = terms.plain_word(at + 1) && !terms.is(at + 1, And) && !terms.is(at + 1, Since);
    return !counts && !terms.is(at + 1, Unit) && !terms.is(at + 1, CurrencySign) &&
           !(at > 0 && terms.is(at - 1, CurrencySign));
}

/// What needs a word before it: "in 1998", "in May", "since March"; and years that need none.
Match match_after_preposition(const Terms& terms, std::size_t at) {
    if (at == 0 || (!terms.is(at - 1, Since) && !terms.is(at - 1, Of)))
        return terms.is(at, YearRange) || is_lone_year(terms, at) ? Match{1, kLikely} : Match{};
    if (terms.is(at, Year) && !terms.is(at + 1, Unit) && !terms.is(at + 1, Currency) && !terms.is(at + 1, Period))
        return {1, kLikely};
    const bool month = terms.is(at - 1, Since) && terms.is(at, AmbiguousMonth) && terms.capitalised(at);
    return month || terms.is(at, YearRange) ? Match{1, kLikely} : Match{};
}

}  // namespace

Match match_date(const Terms& terms, std::size_t at) {
    constexpr std::array kRules{match_calendar, match_weekday, match_relative, match_deictic,
                                match_ago,      match_clock,   match_era,      match_after_preposition};
    for (const auto rule : kRules)
        if (const Match match = rule(terms, at); match.size != 0)
            return match;
    return {};
}

}  // namespace rialto::entities
