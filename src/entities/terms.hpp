#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace rialto::entities {

/// What a token is to the rules for dates and quantities.
enum class TermKind : std::uint8_t {
    Other,
    Month,
    AmbiguousMonth,  ///< "May", "March": a month only where the context says so.
    Weekday,
    Season,
    Weekend,
    Period,    ///< "day", "weeks", "century"
    DayPart,   ///< "morning", "night"
    Deictic,   ///< "yesterday", "tonight"
    Relative,  ///< "last", "next", "this"
    Since,     ///< "in", "since", "until": a year may follow.
    Ago,       ///< "ago", "earlier", "later"
    The,
    Of,
    Comma,
    And,
    Number,       ///< "1,500", "3.5"
    NumberWord,   ///< "five", "twenty-one"
    Article,      ///< "a", "an"
    Scale,        ///< "hundred", "million"
    Ordinal,      ///< "1st", "third"
    Day,          ///< A number of 1 to 31.
    DayRange,     ///< "3-5"
    Year,         ///< A number of 1000 to 2099.
    Decade,       ///< "1990s", "'90s"
    IsoDate,      ///< "2026-03-01", "01/02/2026", "2026-03"
    YearRange,    ///< "1998-2004"
    Clock,        ///< "10:30"
    ClockSuffix,  ///< "am", "p.m."
    Zone,         ///< "GMT"
    CurrencySign,
    Currency,  ///< "dollars", "EUR"
    Unit,      ///< "km", "percent", "%"
    Measure,   ///< "5km", "20%"
};

struct Term {
    TermKind kind;
    bool capitalised;
    bool plain_word = false;  ///< Begins with a small letter.
};

Term classify(std::string_view token);

/// The terms of a sentence; beyond its ends there is Other.
class Terms {
public:
    explicit Terms(const std::vector<Term>& terms) : terms_{terms} {}

    TermKind kind(std::size_t at) const { return at < terms_.size() ? terms_[at].kind : TermKind::Other; }
    bool is(std::size_t at, TermKind kind) const { return this->kind(at) == kind; }
    bool capitalised(std::size_t at) const { return at < terms_.size() && terms_[at].capitalised; }
    bool plain_word(std::size_t at) const { return at < terms_.size() && terms_[at].plain_word; }

    /// A number in digits of any size.
    bool is_digits(std::size_t at) const {
        return is(at, TermKind::Number) || is(at, TermKind::Day) || is(at, TermKind::Year);
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

}  // namespace rialto::entities
