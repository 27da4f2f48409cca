#include "entities/term_lists.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace rialto::entities {
namespace {

using enum TermKind;
using Entry = std::pair<std::string_view, TermKind>;

/// The words of a kind, parted by spaces.
struct List {
    TermKind kind;
    std::string_view words;
};

constexpr auto kLists = std::to_array<List>({
    {Month,
     "january february april june july august september october november december jan. feb. mar. apr. jun. jul. aug. "
     "sept. oct. nov. dec."},
    {AmbiguousMonth, "may march jan feb mar apr jun jul aug sep sept oct nov dec"},
    {Weekday,
     "monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays "
     "sundays mon. tue. tues. wed. thu. thur. thurs. fri. sat. sun. tue tues thu thurs fri"},
    {Season, "spring summer autumn winter fall q1 q2 q3 q4 h1 h2"},
    {Fiscal, "fiscal season"},
    {Weekend, "weekend"},
    {Holiday, "christmas thanksgiving easter halloween ramadan hanukkah"},
    {Period,
     "seconds secs minute minutes min mins hour hours h hr hrs day days week weeks weekends fortnight month months "
     "year "
     "years decades centuries millennia quarters"},
    {Age, "decade century quarter millennium"},
    {DayPart, "morning afternoon evening night eve"},
    {Part, "end beginning start middle rest remainder turn"},
    {Early, "early late mid"},
    {Later, "earlier later"},
    {Deictic, "yesterday today tomorrow tonight overnight"},
    {Relative, "last next this past recent previous these"},
    {Following, "following same current coming other"},
    {Every, "each every"},
    {That, "that"},
    {Since, "in since until till during circa through throughout"},
    {Toward, "by from for before after between"},
    {To, "to"},
    {On, "on"},
    {About, "about almost approximately around least nearly over roughly some than"},
    {Function,
     "as at be because been being but can could did do does had has have he i if is it just not only she so still "
     "then they though was we were what when where which while who whose will with would you"},
    {Numbered,
     "airbus article boeing chapter flight highway line model no. number page pages room route verse windows"},
    {Ago, "ago"},
    {Old, "old"},
    {The, "the"},
    {Of, "of"},
    {Per, "per /"},
    {Comma, ","},
    {Dash, "- –"},
    {Apostrophe, "' ‘ ’ 's ’s"},
    {And, "and &"},
    {Or, "or"},
    {Article, "a an"},
    {Half, "half"},
    {Couple, "couple"},
    {NumberWord,
     "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
     "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety several few"},
    {Scale,
     "hundred hundreds thousand thousands million millions billion billions trillion trillions dozen dozens tens bn"},
    {Ordinal,
     "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
     "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"},
    {Clock, "noon midday midnight"},
    {ClockSuffix, "am pm a.m. p.m."},
    {EraSuffix, "bc bce b.c. b.c.e. ad a.d."},
    {Zone, "o'clock o’clock gmt utc est edt cst cdt pst pdt cet bst"},
    {CurrencySign, "$ £ € ¥ us$ a$ c$ hk$"},
    {Currency,
     "dollar dollars euro euros cent cents pence yen rupee rupees bucks franc francs ruble rubles rouble roubles yuan "
     "quid peso pesos krona kronor krone kroner rand shekels dinars"},
    {CurrencyCode, "usd eur gbp jpy chf cny inr aud cad rs rs."},
    {UnitPrefix, "square cubic nautical metric percentage basis"},
    {Unit,
     "% percent per-cent km kilometre kilometres kilometer kilometers mile miles metre metres meter meters feet foot "
     "ft "
     "ft. inch inches yard yards cm mm kg kilogram kilograms kilos gram grams mg lbs lb pound pounds ounce ounces ton "
     "tons tonne tonnes litre litres liter liters gallon gallons barrels acre acres hectare hectares mph km/h kph kb "
     "mb gb tb bytes kilobytes megabytes gigabytes terabytes ghz mhz khz hz watts kilowatts megawatts kw mw kwh volts "
     "degree degrees ° points calories ms ml"},
    {UnitSuffix, "celsius fahrenheit c f"},
});

constexpr std::size_t kSlots = 1024;

/// Where a word is looked for first; few words share a slot.
constexpr std::size_t slot_of(std::string_view word) {
    const auto byte = [word](std::size_t at) { return std::size_t{static_cast<unsigned char>(word[at])}; };
    const std::size_t size = word.size();
    return (size * 17 + byte(0) * 7 + byte(size / 2) * 131 + byte(size - 1) * 37) % kSlots;
}

/// The words in a hash table: from its slot on, up to a free one.
constexpr auto kTerms = [] {
    std::array<Entry, kSlots> terms{};
    for (const auto& [kind, words] : kLists)
        for (std::size_t at = 0; at < words.size();) {
            const std::size_t end = std::min(words.find(' ', at), words.size());
            const std::string_view word = words.substr(at, end - at);
            std::size_t slot = slot_of(word);
            while (!terms[slot].first.empty()) {
                if (terms[slot].first == word)
                    throw "a word is of one kind";  // Does not compile then.
                slot = (slot + 1) % kSlots;
            }
            terms[slot] = {word, kind};
            at = end + 1;
        }
    return terms;
}();

static_assert(std::ranges::max(kTerms, {}, [](const Entry& term) { return term.first.size(); }).first.size() ==
              kLongestTerm);

/// By the first byte of a term, a bit for each length: most words are told to be none by this alone.
constexpr auto kLengths = [] {
    std::array<std::uint16_t, 256> lengths{};
    for (const Entry& term : kTerms)
        if (!term.first.empty())
            lengths[static_cast<unsigned char>(term.first[0])] |= static_cast<std::uint16_t>(1U << term.first.size());
    return lengths;
}();

}  // namespace

TermKind kind_of_word(std::string_view lower) {
    if (lower.empty() || lower.size() > kLongestTerm ||
        (kLengths[static_cast<unsigned char>(lower[0])] >> lower.size() & 1) == 0)
        return Other;
    for (std::size_t slot = slot_of(lower); !kTerms[slot].first.empty(); slot = (slot + 1) % kSlots)
        if (kTerms[slot].first == lower)
            return kTerms[slot].second;
    return Other;
}

}  // namespace rialto::entities
