#include "entities/calendar.hpp"

namespace rialto::entities {
namespace {

using enum TermKind;

constexpr Kinds kDays = any_of(Day, Ordinal, DayRange);

/// What makes the number before it a quantity.
constexpr Kinds kMeasures = kPeriods | any_of(Unit, UnitPrefix, Currency, Scale);

/// What a number counts or measures.
bool is_counted(const Terms& terms, std::size_t at) {
    return terms.is_thing(at) || terms.is(at, kMeasures | any_of(Numbered));
}

/// Whether the number at `at` begins a range that counts something: "1500 to 2000 people".
bool range_counts(const Terms& terms, std::size_t at) {
    return terms.is(at + 1, any_of(To, And, Or, Dash)) && terms.is(at + 2, any_of(Number, Day, Year)) &&
           is_counted(terms, at + 3);
}

bool counts(const Terms& terms, std::size_t at) { return is_counted(terms, at + 1) || range_counts(terms, at); }

/// "3", "3rd", "3-5", "3 and 5", "3 to 5".
std::size_t past_days(const Terms& terms, std::size_t at) {
    if (!terms.is(at, kDays))
        return at;
    const bool more = terms.is(at + 1, any_of(And, To, Dash)) && terms.is(at + 2, any_of(Day, Ordinal));
    return more && !is_counted(terms, at + 3) ? at + 3 : at + 1;
}

}  // namespace

/// Without a capital, "may" and "march" are verbs unless what is beside them says more: a year, "in" or "on", or a day
/// that counts nothing.
bool is_month(const Terms& terms, std::size_t at) {
    if (!terms.is(at, AmbiguousMonth) || terms.capitalised(at))
        return terms.is(at, any_of(Month, AmbiguousMonth));
    constexpr Kinds kBeforeDates = any_of(On, Since, Of);
    if (past_year(terms, at + 1) != at + 1 || terms.is(at - 1, kBeforeDates))
        return true;
    if (terms.is(at - 1, kDays))
        return terms.is(at - 2, kBeforeDates) || !(is_counted(terms, at + 1) || terms.is(at + 1, Function));
    return terms.is(at + 1, kDays) && !is_counted(terms, at + 2);
}

std::size_t past_year(const Terms& terms, std::size_t at) {
    const std::size_t year = terms.past(at, any_of(Comma, Of));
    const bool beside = year == at || terms.is(year, any_of(LikelyYear, YearRange)) || !counts(terms, year);
    return terms.is(year, kYears | any_of(YearRange)) && beside ? year + 1 : at;
}

std::size_t past_calendar(const Terms& terms, std::size_t at) {
    if (is_month(terms, at)) {
        const bool article = terms.is(at + 1, The) && terms.is(at + 2, Ordinal);  // "November the 9th"
        const std::size_t day = at + (article ? 2 : 1);
        const std::size_t end = past_days(terms, day);
        if (end != day && !terms.is(end, kMeasures))  // "In May 20 percent"
            return past_year(terms, end);
        const std::size_t year = past_year(terms, at + 1);
        return year == at + 1 && !terms.is(at, Month) ? at : year;
    }
    const std::size_t day = terms.is(at + 1, Ordinal) ? terms.past(at, The) : at;
    const std::size_t end = past_days(terms, day);
    const std::size_t month = terms.past(end, Of);
    return end != day && is_month(terms, month) ? past_year(terms, month + 1) : at;
}

bool is_lone_year(const Terms& terms, std::size_t at) {
    if (!terms.is(at, kYears) || terms.is(at - 1, any_of(CurrencySign, CurrencyCode, Numbered)) ||
        terms.is(at + 1, kMeasures | any_of(CurrencySign)))
        return false;
    const bool after_preposition = terms.is(at - 1, any_of(Since, Of, Toward, To));
    if (terms.is(at + 1, kDigits) || terms.is(at - 1, kDigits))
        return terms.is(at - 1, Since);
    if (terms.is(at - 1, Since))
        return true;
    if (terms.is(at, LikelyYear) && !terms.is(at - 1, About))
        return !range_counts(terms, at);
    return terms.is(at - 1, The) || ((after_preposition || !terms.is_word(at - 1)) && !counts(terms, at));
}

std::size_t past_lone_years(const Terms& terms, std::size_t at) {
    if (terms.is(at, YearRange))
        return at + 1;
    const bool short_end = terms.is(at, LikelyYear) && terms.is(at + 2, any_of(Number, Day));  // "2003 - 05"
    if (terms.is(at, kYears) && terms.is(at + 1, Dash) && (terms.is(at + 2, kYears) || short_end) &&
        !terms.is(at + 3, kMeasures))
        return at + 3;
    return is_lone_year(terms, at) ? at + 1 : at;
}

}  // namespace rialto::entities
