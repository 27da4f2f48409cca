#include "entities/lexicon.hpp"

#include <algorithm>
#include <bit>

namespace rialto::entities {
namespace {

WordStatistics unpack(std::uint32_t packed) {
    const auto bits = [packed](int shift, std::uint32_t mask) {
        return static_cast<std::uint16_t>(packed >> shift & mask);
    };
    return {(packed >> 28 & 1) != 0,
            {bits(4, 0x3F), bits(10, 0xFF), bits(18, 0x3FF)},
            static_cast<std::uint8_t>(bits(1, 7))};
}

bool all_capitalised(const std::vector<Word>& words, std::size_t begin, std::size_t size) {
    return std::all_of(words.begin() + static_cast<std::ptrdiff_t>(begin),
                       words.begin() + static_cast<std::ptrdiff_t>(begin + size),
                       [](const Word& word) { return word.caps != Caps::Lower; });
}

Place place_of(std::size_t index, std::size_t size) {
    if (size == 1)
        return Place::Unit;
    if (index == 0)
        return Place::Begin;
    return index + 1 == size ? Place::Last : Place::Inside;
}

/// Notes that the phrase of these tokens is in the lists `found`.
void mark(std::vector<Mentions>& mentions, std::size_t at, std::size_t size, std::uint32_t found, bool capitalised,
          std::array<std::size_t, kGazetteerLists>& free_from) {
    for (; found != 0; found &= found - 1) {
        const auto list = static_cast<std::size_t>(std::countr_zero(found));
        free_from[list] = at + size;
        for (std::size_t i = 0; i < size; ++i) {
            Mentions& mention = mentions[at + i];
            mention.lists |= 1U << list;
            mention.place[list] = place_of(i, size);
            mention.capitalised[list] = capitalised;
        }
    }
}

}  // namespace

Lexicon::Lexicon(const Sections& sections)
    : words_{sections.words},
      phrases_{sections.phrases},
      list_sets_{sections.list_sets},
      continuations_{sections.continuations} {}

/// Bit 0 is always set, since a value of 0 means absence.
std::uint32_t Lexicon::pack(const WordStatistics& statistics) {
    const auto& c = statistics.clusters;
    return 1U | std::uint32_t{statistics.true_case} << 1 | std::uint32_t{c[0]} << 4 | std::uint32_t{c[1]} << 10 |
           std::uint32_t{c[2]} << 18 | std::uint32_t{statistics.has_clusters} << 28;
}

void Lexicon::look_up(Word& word) const {
    const auto packed = static_cast<std::uint32_t>(words_.find(word.lower));
    word.statistics = packed == 0 ? WordStatistics{} : unpack(packed);
    const std::uint64_t phrase = phrase_hash(0, word.lower);
    word.mentions = {.lists = lists_of(phrase), .continues = continues(phrase)};
}

void Lexicon::prefetch(const Word& word) const {
    const std::uint64_t phrase = phrase_hash(0, word.lower);
    words_.prefetch(word.lower);
    phrases_.prefetch(phrase);
    if (!continuations_.empty())
        __builtin_prefetch(continuations_.data() + continuation_bit(phrase, continuations_.size()) / 8);
}

std::uint32_t Lexicon::lists_of(std::uint64_t phrase) const {
    const std::size_t set = phrases_.find(phrase);
    if (set == 0 || set >= list_sets_.size() / sizeof(std::uint32_t))
        return 0;
    return load<std::uint32_t>(list_sets_, set) & ((1U << kGazetteerLists) - 1);
}

bool Lexicon::continues(std::uint64_t beginning) const {
    if (continuations_.empty())
        return false;
    const std::size_t bit = continuation_bit(beginning, continuations_.size());
    return (static_cast<unsigned char>(continuations_[bit / 8]) >> (bit % 8) & 1) != 0;
}

/// Fills in the lists of the phrases of 1, 2, ... words that begin at `at`; how many sizes there may be is returned.
std::size_t Lexicon::match(const std::vector<Word>& words, std::size_t at,
                           std::array<std::uint32_t, kMaxPhraseTokens>& lists) const {
    lists[0] = words[at].mentions.lists;
    if (!words[at].mentions.continues)
        return 1;
    std::uint64_t hash = phrase_hash(0, words[at].lower);
    std::size_t size = 1;
    for (; size < kMaxPhraseTokens && at + size < words.size(); ++size) {
        hash = phrase_hash(hash, words[at + size].lower);
        if (!continues(hash))  // Tells most of what is no phrase, in less memory than the table.
            break;
        lists[size] = lists_of(hash);
    }
    return size;
}

void Lexicon::find_mentions(const std::vector<Word>& words, std::vector<Mentions>& mentions) const {
    mentions.resize(words.size());
    for (Mentions& mention : mentions)
        mention.lists = 0;
    std::array<std::size_t, kGazetteerLists> free_from{};  // For each list the end of its last match.
    std::array<std::uint32_t, kMaxPhraseTokens> lists{};
    for (std::size_t at = 0; at < words.size(); ++at) {
        std::uint32_t busy = 0;  // Lists with a longer match here, or one that is not over.
        for (std::size_t list = 0; list < kGazetteerLists; ++list)
            busy |= std::uint32_t{free_from[list] > at} << list;
        for (std::size_t size = match(words, at, lists); size > 0; --size) {
            const std::uint32_t found = lists[size - 1] & ~busy;
            busy |= found;
            if (found != 0)
                mark(mentions, at, size, found, all_capitalised(words, at, size), free_from);
        }
    }
}

}  // namespace rialto::entities
