#include "entities/quantities.hpp"

namespace rialto::entities {
namespace {

using enum TermKind;

constexpr Kinds kWords = any_of(NumberWord, Scale, Half, Couple);
constexpr Kinds kNumerals = kDigits | any_of(DayRange, NumberRange);

/// "and a half", "and half", "and fifty" after a hundred; `at` is behind a number.
std::size_t past_addition(const Terms& terms, std::size_t at) {
    if (!terms.is(at, And))
        return at;
    const std::size_t half = terms.past(at + 1, Article);
    if (terms.is(half, Half))
        return half + 1;
    return terms.is(at - 1, Scale) && terms.is(at + 1, NumberWord) ? at + 2 : at;
}

/// The "of" in "a couple of days", "tens of thousands".
bool is_of_number(const Terms& terms, std::size_t at) {
    return terms.is(at, Of) && (terms.is(at - 1, Couple) || (terms.is(at - 1, Scale) && terms.is(at + 1, Scale)));
}

/// One more part, at `at`, of the number that begins at `begin`.
std::size_t past_number_part(const Terms& terms, std::size_t begin, std::size_t at) {
    const bool first = at == begin;
    const bool numeral = terms.is(at, kNumerals) && (first || terms.is(at - 1, Scale));
    if (numeral || terms.is(at, kWords) || (!first && is_of_number(terms, at)))
        return at + 1;
    return first ? at : past_addition(terms, at);
}

/// "per hour", "/ h".
std::size_t past_rate(const Terms& terms, std::size_t at) {
    return terms.is(at, Per) && terms.is(at + 1, any_of(Period, Unit)) ? at + 2 : at;
}

/// "km", "square miles", "miles per hour", "km / h", "degrees Celsius"; "per cent".
std::size_t past_unit(const Terms& terms, std::size_t at) {
    if (terms.is(at, Per) && terms.is(at + 1, Currency))
        return at + 2;
    const std::size_t unit = terms.past(at, UnitPrefix);
    if (!terms.is(unit, Unit))
        return at;
    return past_rate(terms, terms.past(unit + 1, UnitSuffix));
}

/// What a number at `at` that ends before `end` measures.
Match match_measured(const Terms& terms, std::size_t at, std::size_t end) {
    const bool scaled = terms.is(end - 1, Scale);
    const std::size_t what = scaled ? terms.past(end, Of) : end;  // "millions of dollars"
    if (const std::size_t unit = past_unit(terms, what); unit != what)
        return {unit - at, kCertain};
    if (terms.is(what, any_of(Currency, CurrencyCode)))
        return {what + 1 - at, kCertain};
    if (terms.is(end, CurrencySign) && terms.is(at, kNumerals) && !terms.is(end + 1, kNumerals))
        return {end + 1 - at, kCertain};
    if (const std::size_t period = past_period(terms, what); period != what)
        return {terms.past(period, Old) - at, kLikely};
    return scaled && end - at > 1 ? Match{end - at, kLikely} : Match{};
}

}  // namespace

std::size_t past_number(const Terms& terms, std::size_t at) {
    std::size_t end = at;
    if (terms.is(at, Half))  // "half a million", "half an hour"
        end = terms.past(at + 1, Article);
    else if (terms.is(at, Article) && terms.is(at + 1, kWords))
        end = at + 1;
    for (std::size_t next = 0; (next = past_number_part(terms, at, end)) != end;)
        end = next;
    return end;
}

std::size_t past_range(const Terms& terms, std::size_t at) {
    const std::size_t first = past_number(terms, at);
    if (first == at || terms.is(at, kYears) || !terms.is(first, any_of(To, Or, Dash)))
        return first;
    const std::size_t second = past_number(terms, first + 1);
    return second == first + 1 ? first : second;
}

std::size_t past_period(const Terms& terms, std::size_t at) {
    if (!terms.is(at, kPeriods))
        return at;
    const bool half = terms.is(at + 1, And) && terms.is(at + 2, Article) && terms.is(at + 3, Half);
    return half ? at + 4 : at + 1;
}

Match match_quantity(const Terms& terms, std::size_t at) {
    const std::size_t first = terms.past(at, any_of(CurrencySign, CurrencyCode));
    if (terms.is(first, Measure))
        return {past_rate(terms, first + 1) - at, kCertain};
    if (first != at) {
        const std::size_t end = past_number(terms, first);
        return end == first ? Match{} : Match{end - at, kCertain};
    }
    const std::size_t range = past_range(terms, at);
    if (range == at) {
        const std::size_t period = terms.is(at, Article) ? past_period(terms, at + 1) : at;
        return period > at + 2 ? Match{period - at, kLikely} : Match{};  // "a year and a half"
    }
    if (const Match match = match_measured(terms, at, range); match.size != 0)
        return match;
    return match_measured(terms, at, past_number(terms, at));
}

}  // namespace rialto::entities
