#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace rialto::entities {

/// What a token is to the rules for dates and quantities. Up to Zone: what none of them begins with.
enum class TermKind : std::uint8_t {
    Other,
    Comma,
    Dash,
    Apostrophe,  ///< "'", "'s"
    And,
    Or,
    Of,
    Per,  ///< "per", "/"
    On,
    To,
    Toward,       ///< "by", "from", "after": a year or somebody's name may follow.
    Since,        ///< "in", "since", "until": what follows may be a year or a season, but hardly somebody's name.
    About,        ///< "some", "nearly": a number of something follows.
    Function,     ///< "was", "he", "when": what a number does not count.
    Numbered,     ///< "page", "flight": the number after it is a name.
    Ago,          ///< "ago"
    Old,          ///< "old": "nine years old"
    DayPart,      ///< "morning", "night"
    UnitPrefix,   ///< "square", "cubic"
    Unit,         ///< "km", "percent", "%"
    UnitSuffix,   ///< "Celsius"
    Currency,     ///< "dollars"
    ClockSuffix,  ///< "am", "p.m."
    EraSuffix,    ///< "BC", "A.D."
    Zone,         ///< "GMT", "o'clock": after a number, makes a time of day of it.

    Month,
    AmbiguousMonth,  ///< "May", "March", "Jan": a month only where the context says so.
    Weekday,
    Season,  ///< "summer", "Q3"
    Fiscal,  ///< "fiscal", "season": a year with a beginning of its own.
    Weekend,
    Holiday,    ///< "Christmas"
    Period,     ///< "day", "weeks"
    Age,        ///< "century", "quarter", "decade": periods that are counted ("the 19th century").
    Part,       ///< "end", "middle": of a period
    Early,      ///< "early", "late", "mid"
    Later,      ///< "earlier", "later"
    Deictic,    ///< "yesterday", "tonight"
    Relative,   ///< "last", "next", "this"
    Following,  ///< "following", "coming": as Relative, after "the" or "in"
    Every,      ///< "each", "every"
    That,
    The,
    Article,  ///< "a", "an"
    Half,
    Couple,       ///< "couple": "of" may follow
    NumberWord,   ///< "five", "twenty-one"
    Scale,        ///< "hundred", "million"
    Ordinal,      ///< "1st", "third"
    Number,       ///< "1,500", "3.5"
    NumberRange,  ///< "100-200"
    Day,          ///< A number of 1 to 31.
    DayRange,     ///< "3-5"
    Year,         ///< A number of 1000 to 2099.
    LikelyYear,   ///< Of these, 1801 to 2099 but full hundreds, which seldom count anything.
    YearRange,    ///< "1998-2004", "2023/24"
    Decade,       ///< "1990s"
    ShortDecade,  ///< "90s"
    Date,         ///< A date by itself: "2026-03-01", "01/02/2026", "FY2024", "18th-century"
    Clock,        ///< "10:30", "noon"
    DottedClock,  ///< "7.30": a number but before "p.m."
    CurrencySign,
    CurrencyCode,  ///< "EUR", which may stand before its number.
    Measure,       ///< "5km", "20%", "10-year", "two-thirds"
};

/// A set of kinds.
using Kinds = std::uint64_t;
static_assert(static_cast<int>(TermKind::Measure) < 64);

template <class... Kind>
constexpr Kinds any_of(Kind... kinds) {
    return ((Kinds{1} << static_cast<int>(kinds)) | ...);
}

constexpr bool has(Kinds kinds, TermKind kind) { return (kinds >> static_cast<int>(kind) & 1) != 0; }

/// Numbers in digits.
inline constexpr Kinds kDigits =
    any_of(TermKind::Number, TermKind::Day, TermKind::Year, TermKind::LikelyYear, TermKind::DottedClock);
inline constexpr Kinds kYears = any_of(TermKind::Year, TermKind::LikelyYear);
inline constexpr Kinds kPeriods = any_of(TermKind::Period, TermKind::Age);

struct Term {
    TermKind kind;
    bool capitalised;
    bool plain_word = false;  ///< Begins with a small letter.
};

Term classify(std::string_view token);

/// Whether a date or a quantity may begin with such a term; of most words that is all there is to say.
constexpr bool may_begin(TermKind kind) { return kind > TermKind::Zone; }

/// The terms of a sentence; beyond its ends there is Other. (The position before the first one is `0 - 1`.)
class Terms {
public:
    explicit Terms(const std::vector<Term>& terms) : terms_{terms} {}

    TermKind kind(std::size_t at) const { return at < terms_.size() ? terms_[at].kind : TermKind::Other; }
    bool is(std::size_t at, TermKind kind) const { return this->kind(at) == kind; }
    bool is(std::size_t at, Kinds kinds) const { return has(kinds, kind(at)); }
    bool capitalised(std::size_t at) const { return at < terms_.size() && terms_[at].capitalised; }

    /// A word of no kind, in small letters: what a number before it may count.
    bool is_thing(std::size_t at) const {
        return at < terms_.size() && terms_[at].plain_word && is(at, TermKind::Other);
    }
    /// A word of no kind.
    bool is_word(std::size_t at) const { return is(at, TermKind::Other) && (is_thing(at) || capitalised(at)); }

    /// The position after what stands at `at` if that is one of these, else `at`.
    template <class Wanted>
    std::size_t past(std::size_t at, Wanted wanted) const {
        return at + (is(at, wanted) ? 1 : 0);
    }

private:
    const std::vector<Term>& terms_;
};

/// How many terms match, 0 if none, and how sure that is.
struct Match {
    std::size_t size = 0;
    float score = 0;
};

inline constexpr float kCertain = 0.99F;
inline constexpr float kLikely = 0.9F;
/// May as well be a name, so that a name that the model finds there stands.
inline constexpr float kUnsure = 0.8F;

}  // namespace rialto::entities
