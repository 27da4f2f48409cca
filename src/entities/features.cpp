#include "entities/features.hpp"

#include <algorithm>
#include <bit>

#include "entities/hash.hpp"

namespace rialto::entities {
namespace {

constexpr std::size_t kKnownWords = 1024;

/// What stands before the first and after the last word.
const Word kBorder{1, 1, 1, 1, {}, {}, Caps::None, {}, {}, {}};

/// Numbers the templates in the order of use, so that equal values of different templates are different features.
/// Values are hashes already, so what joins two or three of them need only tell (a, b) from (b, a).
class Sink {
public:
    /// `first` numbers the first template.
    Sink(std::vector<std::uint64_t>& features, std::uint64_t first)
        : features_{features}, begin_{features.size()}, template_{first} {
        features.resize(begin_ + kMaxFeatures);
        out_ = features.data() + begin_;
    }
    ~Sink() { features_.resize(static_cast<std::size_t>(out_ - features_.data())); }
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;

    void add(std::uint64_t value) { *out_++ = mix(value + ++template_ * kSpread); }
    void add(std::uint64_t a, std::uint64_t b) { add(join(a, b)); }
    void add(std::uint64_t a, std::uint64_t b, std::uint64_t c) { add(join(join(a, b), c)); }
    void skip() { ++template_; }
    void add_if(bool present, std::uint64_t value) { present ? add(value) : skip(); }

    /// For templates of which a token has any number; `group` keeps them apart from all others.
    void add_to_group(std::uint64_t group, std::uint64_t value) { *out_++ = mix(value + (1000 + group) * kSpread); }

    static std::uint64_t join(std::uint64_t a, std::uint64_t b) { return (a ^ a >> 31) * kJoin + b; }

private:
    static constexpr std::uint64_t kSpread = 0x9E3779B97F4A7C15ULL;
    static constexpr std::uint64_t kJoin = 0xD1B54A32D192ED03ULL;

    std::vector<std::uint64_t>& features_;
    std::size_t begin_;
    std::uint64_t template_;
    std::uint64_t* out_;
};

struct Window {
    const Word& before;
    const Word& here;
    const Word& after;
};

std::uint64_t case_of(const Word& word) {
    return static_cast<std::uint64_t>(word.caps) * 8 + word.statistics.true_case;
}

void add_affixes(Sink& sink, const Word& here) {
    const auto caps = static_cast<std::uint64_t>(here.caps);
    for (std::size_t i = 0; i < 3; ++i) {
        sink.add_if(here.suffixes[i] != 0, Sink::join(here.suffixes[i], caps));
        sink.add_if(here.prefixes[i] != 0, Sink::join(here.prefixes[i], caps));
    }
}

void add_words(Sink& sink, const Window& w) {
    sink.add(w.before.lower, w.here.lower);
    sink.add(w.here.lower, w.after.lower);
}

void add_shapes(Sink& sink, const Window& w, bool first, std::uint64_t case_mode) {
    const auto caps = static_cast<std::uint64_t>(w.here.caps);
    sink.add(w.here.shape, first);
    sink.add(w.before.shape, w.here.shape);
    sink.add(w.here.shape, w.after.shape);
    sink.add(w.before.shape, w.here.shape, w.after.shape);
    sink.add(w.before.lower, w.here.shape);
    sink.add(w.after.lower, w.here.shape);
    sink.add(caps, case_mode, first);
}

void add_true_case(Sink& sink, const Window& w, bool first, std::uint64_t case_mode) {
    sink.add(case_of(w.here), first, case_mode);
    sink.add(case_of(w.before), case_of(w.here));
    sink.add(case_of(w.here), case_of(w.after));
    sink.add(w.before.lower, case_of(w.here));
}

void add_clusters(Sink& sink, const Window& w) {
    const auto& here = w.here.statistics;
    const auto& before = w.before.statistics;
    const auto& after = w.after.statistics;
    sink.add_if(here.has_clusters && before.has_clusters, Sink::join(before.clusters[1], here.clusters[1]));
    sink.add_if(here.has_clusters && after.has_clusters, Sink::join(here.clusters[1], after.clusters[1]));
}

void add_mentions(Sink& sink, const Mentions& here, std::uint64_t caps) {
    std::uint64_t all = 0;
    for (std::uint32_t lists = here.lists; lists != 0; lists &= lists - 1) {
        const auto list = static_cast<std::size_t>(std::countr_zero(lists));
        const std::uint64_t place = list * 8 + static_cast<std::uint64_t>(here.place[list]);
        sink.add_to_group(0, place);
        sink.add_to_group(1, Sink::join(place, std::uint64_t{here.capitalised[list]} * 8 + caps));
        all = Sink::join(all, place);
    }
    sink.add_to_group(2, Sink::join(all, caps));
}

void add_lists(Sink& sink, std::uint64_t group, std::uint32_t lists) {
    for (; lists != 0; lists &= lists - 1)
        sink.add_to_group(group, static_cast<std::uint64_t>(std::countr_zero(lists)));
}

}  // namespace

void Features::read(const std::vector<std::string_view>& sentence) {
    words_.clear();
    new_words_.clear();
    known_.resize(kKnownWords);
    for (const std::string_view token : sentence)
        read_word(token);
    for (const std::size_t word : new_words_) {
        lexicon_.look_up(words_[word]);
        remember(sentence[word], words_[word]);
    }
    lexicon_.find_mentions(words_, mentions_);
    case_mode_ = case_mode();
}

void Features::read_word(std::string_view token) {
    Known& known = known_[hash_bytes(token.substr(0, kKnownBytes)) % kKnownWords];
    if (token.size() <= kKnownBytes && token == std::string_view{known.text.data(), known.size}) {
        words_.push_back(known.word);
        return;
    }
    const Word& word = words_.emplace_back(make_word(token));
    lexicon_.prefetch(word);
    new_words_.push_back(words_.size() - 1);
}

void Features::remember(std::string_view token, const Word& word) {
    if (token.size() > kKnownBytes)
        return;
    Known& known = known_[hash_bytes(token) % kKnownWords];
    std::ranges::copy(token, known.text.begin());
    known.size = static_cast<std::uint8_t>(token.size());
    known.word = word;
}

std::uint64_t Features::case_mode() const {
    const auto count = [this](Caps caps) { return std::ranges::count(words_, caps, &Word::caps); };
    const auto small = count(Caps::Lower);
    const auto initial = count(Caps::Initial) + count(Caps::Mixed);
    const auto capital = count(Caps::All);
    if (initial + capital == 0)
        return 1;
    if (capital > 2 && small + initial <= capital / 4)
        return 2;
    return initial > 2 && initial > small ? 3 : 0;
}

const Word& Features::word(std::size_t token, Position position) const {
    constexpr std::array<std::size_t, kPositions> kBack{0, 1, 0, 2, 0};
    constexpr std::array<std::size_t, kPositions> kAhead{0, 0, 1, 0, 2};
    const std::size_t back = kBack[static_cast<std::size_t>(position)];
    const std::size_t at = token + kAhead[static_cast<std::size_t>(position)] - back;
    return token < back || at >= words_.size() ? kBorder : words_[at];
}

void Features::append_of_word(const Word& word, Position position, std::vector<std::uint64_t>& features) {
    Sink sink{features, 100 + 20 * static_cast<std::uint64_t>(position)};
    const WordStatistics& statistics = word.statistics;
    sink.add(word.lower);
    switch (position) {
        case Position::Here:
            sink.add(word.exact);
            sink.add(word.long_shape);
            add_affixes(sink, word);
            for (const std::uint16_t cluster : statistics.clusters)
                sink.add_if(statistics.has_clusters, Sink::join(cluster, static_cast<std::uint64_t>(word.caps)));
            return;
        case Position::Before:
        case Position::After:
            for (const std::uint16_t cluster : statistics.clusters)
                sink.add_if(statistics.has_clusters, cluster);
            return;
        case Position::Before2:
        case Position::After2:
            sink.add_if(statistics.has_clusters, statistics.clusters[1]);
            return;
    }
}

void Features::append_joint(std::size_t token, std::vector<std::uint64_t>& features) const {
    const Window window{word(token, Position::Before), words_[token], word(token, Position::After)};
    const bool first = token == 0;

    Sink sink{features, 0};
    sink.add(0);
    add_words(sink, window);
    add_shapes(sink, window, first, case_mode_);
    add_true_case(sink, window, first, case_mode_);
    add_clusters(sink, window);
    add_mentions(sink, mentions_[token], static_cast<std::uint64_t>(window.here.caps));
    if (token > 0)
        add_lists(sink, 3, mentions_[token - 1].lists);
    if (token + 1 < words_.size())
        add_lists(sink, 4, mentions_[token + 1].lists);
}

void Features::append(std::size_t token, std::vector<std::uint64_t>& features) const {
    append_joint(token, features);
    for (std::size_t i = 0; i < kPositions; ++i)
        append_of_word(word(token, static_cast<Position>(i)), static_cast<Position>(i), features);
}

}  // namespace rialto::entities
