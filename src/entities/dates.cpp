#include "entities/dates.hpp"

#include <array>

#include "entities/calendar.hpp"
#include "entities/quantities.hpp"

namespace rialto::entities {
namespace {

using enum TermKind;

Match match_of(std::size_t at, std::size_t end, float score) { return end > at ? Match{end - at, score} : Match{}; }

/// "June Carter", "Aunt June"; not "the June Summit".
bool is_part_of_name(const Terms& terms, std::size_t at) {
    const auto is_name = [&terms](std::size_t word) { return terms.is(word, Other) && terms.capitalised(word); };
    return is_name(at - 1) || (is_name(at + 1) && !terms.is(at - 1, any_of(The, Article, Apostrophe)));
}

/// "by May", "April and May", "the March elections": an ambiguous month alone, with a capital.
bool is_month_by_context(const Terms& terms, std::size_t at) {
    const bool listed = terms.is(at - 1, any_of(And, Comma)) && terms.is(at - 2, any_of(Month, AmbiguousMonth));
    const bool attribute = terms.is(at - 1, any_of(The, Article, Apostrophe)) && terms.is_thing(at + 1);
    return terms.capitalised(at) && (terms.is(at - 1, any_of(Toward, To)) || listed || attribute);
}

/// "2026-03-01", "March 3, 2026". A month alone may be somebody's name.
Match match_calendar(const Terms& terms, std::size_t at) {
    if (terms.is(at, Date))
        return {1, kCertain};
    const std::size_t end = past_calendar(terms, at);
    if (end > at + 1)
        return {end - at, kCertain};
    if (!is_month(terms, at))
        return {};
    if (terms.is(at - 1, Since))
        return {1, kLikely};
    const bool month = end != at ? !is_part_of_name(terms, at) : is_month_by_context(terms, at);
    return month ? Match{1, kUnsure} : Match{};
}

/// "Tuesday", "Tuesday, 3 March 2026", "Friday night".
Match match_weekday(const Terms& terms, std::size_t at) {
    const std::size_t part = terms.past(at + 1, DayPart);
    const std::size_t date = terms.past(part, Comma);
    const std::size_t calendar = past_calendar(terms, date);
    return {(calendar > date + 1 ? calendar : part) - at, kCertain};
}

/// "Christmas", "Christmas Eve", "Thanksgiving Day 2026".
Match match_holiday(const Terms& terms, std::size_t at) {
    const std::size_t day = terms.past(at + 1, any_of(DayPart, Period, Weekday));
    const std::size_t end = past_year(terms, day);
    return {end - at, end > at + 1 ? kCertain : kUnsure};
}

/// "each year", "every four years", "every Friday night", "that night".
Match match_every(const Terms& terms, std::size_t at) {
    if (terms.is(at, Every))
        if (const std::size_t period = past_number(terms, at + 1); period != at + 1)
            return terms.is(period, Period) ? Match{period + 1 - at, kCertain} : Match{};
    if (terms.is(at, Every) && terms.is(at + 1, Weekday))
        return {terms.past(at + 2, DayPart) - at, kCertain};
    return terms.is(at + 1, kPeriods | any_of(DayPart, Weekend)) ? Match{2, kCertain} : Match{};
}

/// "last Tuesday", "next month", "this summer", "the past three years", "the next day".
Match match_relative(const Terms& terms, std::size_t at) {
    const bool article = terms.is(at, The);
    std::size_t what = at + (article ? 1 : 0);
    const TermKind first = terms.kind(what);
    if (first != Relative && (first != Following || (!article && !terms.is(at - 1, Since))))
        return {};
    what = terms.past(what + 1, any_of(Relative, Following));  // "this past week"
    const std::size_t number = past_range(terms, what);
    if (const std::size_t period = terms.past(number, Fiscal); terms.is(period, kPeriods))
        return {period + 1 - at, kCertain};
    if (number != what)
        return {};
    if (terms.is(what, Weekday))
        return {terms.past(what + 1, DayPart) - at, kCertain};
    const bool plain = terms.is(what, any_of(Season, DayPart, Weekend, Holiday, Fiscal)) || is_month(terms, what);
    return plain ? Match{what + 1 - at, kCertain} : Match{};
}

/// "yesterday", "tomorrow morning".
Match match_deictic(const Terms& terms, std::size_t at) { return {terms.past(at + 1, DayPart) - at, kCertain}; }

/// "three days ago", "a year and a half ago", "years ago", "two weeks later".
Match match_ago(const Terms& terms, std::size_t at) {
    std::size_t period = past_range(terms, at);
    if (period == at)
        period = terms.past(at, Article);
    const std::size_t ago = past_period(terms, period);
    const bool compared = terms.is(ago + 1, About);  // "two years earlier than"
    return ago != period && !compared && terms.is(ago, any_of(Ago, Later)) ? Match{ago + 1 - at, kCertain} : Match{};
}

/// "10:30", "10:30 pm", "5 p.m.", "5 p.m. EST", "2000 GMT", "five o'clock".
Match match_clock(const Terms& terms, std::size_t at) {
    const bool hour = terms.is(at, any_of(Clock, Day, DayRange, DottedClock));
    const bool noon = terms.is(at, Day) && terms.is(at + 1, Clock);  // "12 noon"
    const std::size_t suffix = noon ? at + 2 : hour ? terms.past(at + 1, ClockSuffix) : at + 1;
    const std::size_t end = terms.past(suffix, Zone);
    if (end > at + 1)
        return {end - at, kCertain};
    return terms.is(at, Clock) ? Match{1, kLikely} : Match{};
}

/// "the 1990s", "the 1990's", "the '90s".
Match match_decade(const Terms& terms, std::size_t at) {
    const std::size_t first = terms.past(at, The);
    const bool alone = first != at || terms.is(at - 1, Early);
    if (alone && terms.is(first, kYears) && terms.is(first + 1, Apostrophe))
        return {first + 2 - at, kLikely};
    if (terms.is(first, Decade))
        return {first + 1 - at, kCertain};
    const std::size_t decade = terms.past(first, Apostrophe);
    return alone && terms.is(decade, ShortDecade) ? Match{decade + 1 - at, kCertain} : Match{};
}

/// "the 19th century", "the third quarter", "the first six months", "44 BC".
Match match_ordinal(const Terms& terms, std::size_t at) {
    const std::size_t first = terms.past(at, The);
    if (terms.is(first, kDigits) && terms.is(first + 1, EraSuffix))
        return {first + 2 - at, kCertain};
    if (!terms.is(first, Ordinal))
        return {};
    const std::size_t period = past_number(terms, first + 1);
    const bool known = terms.is(period, Age) || (first != at && terms.is(period, Period));
    return known ? Match{terms.past(period + 1, EraSuffix) - at, kLikely} : Match{};
}

/// "the summer of 1998", "fiscal 2004", "fiscal year 2004", "Q3 2024", "the year 2000"; "in the summer", "in winter",
/// "the weekend".
Match match_season(const Terms& terms, std::size_t at) {
    const std::size_t first = terms.past(at, The);
    const std::size_t after = terms.is(first, Fiscal) ? terms.past(first + 1, Period) : first + 1;
    const std::size_t end = past_year(terms, after);
    if (terms.is(first, any_of(Season, Fiscal)) && end != after)
        return {end - at, kCertain};
    if (terms.is(first, Weekend) && first != at)
        return {2, kLikely};
    if (terms.is(first, Period) && first != at && terms.is(after, kYears))
        return {3, kCertain};
    const bool lone = terms.is(first, Season) && terms.is(at - 1, Since);
    const bool other = terms.is(after, kPeriods | any_of(Of)) || terms.capitalised(after);
    return lone && !other ? Match{after - at, kUnsure} : Match{};
}

/// "1998", "1998-2004".
Match match_years(const Terms& terms, std::size_t at) { return match_of(at, past_lone_years(terms, at), kLikely); }

Match match_early(const Terms& terms, std::size_t at);
Match match_part(const Terms& terms, std::size_t at);

/// What may begin with a term of these kinds, in the order in which it is looked for.
struct Rule {
    Kinds first;
    Match (*match)(const Terms& terms, std::size_t at);
};

constexpr Kinds kNumbers = kDigits | any_of(NumberWord, Scale, Half, Couple, Article, DayRange, NumberRange);

/// Dates that are not said with the help of others.
constexpr std::array kPlain{
    Rule{any_of(The, Date, Month, AmbiguousMonth, Day, DayRange, Ordinal), match_calendar},
    Rule{any_of(Weekday), match_weekday},
    Rule{any_of(Holiday), match_holiday},
    Rule{any_of(Every, That), match_every},
    Rule{any_of(The, Relative, Following), match_relative},
    Rule{any_of(Deictic), match_deictic},
    Rule{kNumbers | kPeriods, match_ago},
    Rule{kDigits | any_of(Clock, DayRange, NumberWord), match_clock},
    Rule{kYears | any_of(The, Decade, ShortDecade, Apostrophe), match_decade},
    Rule{kDigits | any_of(The, Ordinal), match_ordinal},
    Rule{any_of(The, Season, Fiscal, Weekend), match_season},
    Rule{kYears | any_of(YearRange), match_years},
};

/// "early 2004", "late last year", "the late 19th century".
constexpr std::array kComposed{
    Rule{any_of(The, Early, Later), match_early},
    Rule{any_of(The, Ordinal, Relative, Part, Half), match_part},
};

template <std::size_t N>
Match match_first(const std::array<Rule, N>& rules, const Terms& terms, std::size_t at) {
    for (const Rule& rule : rules)
        if (terms.is(at, rule.first))
            if (const Match match = rule.match(terms, at); match.size != 0)
                return match;
    return {};
}

/// What "early" or "the end of" may stand before: also "May" alone.
Match match_whole(const Terms& terms, std::size_t at) {
    const Match match = match_first(kPlain, terms, at);
    return match.size == 0 && is_month(terms, at) ? Match{1, kLikely} : match;
}

/// "early 2004", "late last year", "the early 1990s", "later this month", "the early morning".
Match match_early(const Terms& terms, std::size_t at) {
    const std::size_t early = terms.past(at, The);
    if (!terms.is(early, any_of(Early, Later)))
        return {};
    const std::size_t what = early + 1;
    Match match = match_whole(terms, what);
    if (match.size == 0 && terms.is(early, Early) && terms.is(what, any_of(Season, DayPart)))
        match = {1, kLikely};
    const bool timed =
        match.size != 0 && (terms.is(early, Early) || terms.is(what, any_of(The, Relative, Weekday, Deictic, That)));
    return timed ? Match{what + match.size - at, match.score} : Match{};
}

/// "the first half of 2004", "the end of the year", "the last week of March", "the first three months of next year".
Match match_part(const Terms& terms, std::size_t at) {
    const std::size_t first = terms.past(at, The);
    const bool numbered = terms.is(first, any_of(Ordinal, Relative));
    const std::size_t part = numbered ? past_number(terms, first + 1) : first;
    const bool known = terms.is(part, any_of(Part, Half)) || (numbered && terms.is(part, kPeriods));
    const bool half = numbered && terms.is(part - 1, Half);  // "The first half" is a number, too.
    const std::size_t of = known ? part + 1 : part;
    if ((!known && !half) || !terms.is(of, Of))
        return {};
    const std::size_t whole = of + 1;
    if (terms.is(whole, The) && terms.is(whole + 1, kPeriods | any_of(DayPart, Season)))
        return {whole + 2 - at, kLikely};
    const Match match = match_whole(terms, whole);
    return match.size == 0 ? Match{} : Match{whole + match.size - at, match.score};
}

}  // namespace

Match match_date(const Terms& terms, std::size_t at) {
    const Match match = match_first(kComposed, terms, at);
    return match.size != 0 ? match : match_first(kPlain, terms, at);
}

}  // namespace rialto::entities
