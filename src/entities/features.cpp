#include "entities/features.hpp"

#include <algorithm>
#include <bit>

#include "entities/hash.hpp"

namespace rialto::entities {
namespace {

/// What stands before the first and after the last word.
const Word kBorder{1, 1, 1, 1, {}, {}, Caps::None, {}};

/// Numbers the templates in the order of use, so that equal values of different templates are different features.
class Sink {
public:
    explicit Sink(std::vector<std::uint64_t>& out) : out_{out} {}

    void add(std::uint64_t value) { out_.push_back(combine(++template_, value)); }
    void add(std::uint64_t a, std::uint64_t b) { add(combine(a, b)); }
    void add(std::uint64_t a, std::uint64_t b, std::uint64_t c) { add(combine(combine(a, b), c)); }
    void skip() { ++template_; }
    void add_if(bool present, std::uint64_t value) { present ? add(value) : skip(); }

    /// For templates of which a token has any number; `group` keeps them apart from all others.
    void add_to_group(std::uint64_t group, std::uint64_t value) { out_.push_back(combine(1000 + group, value)); }

private:
    std::vector<std::uint64_t>& out_;
    std::uint64_t template_ = 0;
};

struct Window {
    const Word& before2;
    const Word& before;
    const Word& here;
    const Word& after;
    const Word& after2;
};

std::uint64_t case_of(const Word& word) {
    return static_cast<std::uint64_t>(word.caps) * 8 + word.statistics.true_case;
}

void add_words(Sink& sink, const Window& w) {
    sink.add(w.here.exact);
    sink.add(w.here.lower);
    sink.add(w.before.lower);
    sink.add(w.after.lower);
    sink.add(w.before2.lower);
    sink.add(w.after2.lower);
    sink.add(w.before.lower, w.here.lower);
    sink.add(w.here.lower, w.after.lower);
    sink.add(w.before.lower, w.after.lower);
    sink.add(w.before2.lower, w.before.lower);
    sink.add(w.after.lower, w.after2.lower);
}

void add_shapes(Sink& sink, const Window& w, bool first, std::uint64_t case_mode) {
    const auto caps = static_cast<std::uint64_t>(w.here.caps);
    sink.add(w.here.shape, first);
    sink.add(w.here.long_shape);
    sink.add(w.before.shape, w.here.shape);
    sink.add(w.here.shape, w.after.shape);
    sink.add(w.before.shape, w.here.shape, w.after.shape);
    sink.add(w.before.lower, w.here.shape);
    sink.add(w.after.lower, w.here.shape);
    sink.add(caps, case_mode, first);
    for (std::size_t i = 0; i < 3; ++i) {
        sink.add_if(w.here.suffixes[i] != 0, combine(w.here.suffixes[i], caps));
        sink.add_if(w.here.prefixes[i] != 0, combine(w.here.prefixes[i], caps));
    }
}

void add_true_case(Sink& sink, const Window& w, bool first, std::uint64_t case_mode) {
    sink.add(case_of(w.here), first, case_mode);
    sink.add(case_of(w.before), case_of(w.here));
    sink.add(case_of(w.here), case_of(w.after));
    sink.add(w.before.lower, case_of(w.here));
}

void add_clusters(Sink& sink, const Window& w) {
    const auto caps = static_cast<std::uint64_t>(w.here.caps);
    const auto& here = w.here.statistics;
    const auto& before = w.before.statistics;
    const auto& after = w.after.statistics;
    for (std::size_t grain = 0; grain < 3; ++grain) {
        sink.add_if(here.has_clusters, combine(here.clusters[grain], caps));
        sink.add_if(before.has_clusters, combine(before.clusters[grain], caps));
        sink.add_if(after.has_clusters, combine(after.clusters[grain], caps));
    }
    sink.add_if(w.before2.statistics.has_clusters, w.before2.statistics.clusters[1]);
    sink.add_if(w.after2.statistics.has_clusters, w.after2.statistics.clusters[1]);
    sink.add_if(here.has_clusters && before.has_clusters, combine(before.clusters[1], here.clusters[1]));
    sink.add_if(here.has_clusters && after.has_clusters, combine(here.clusters[1], after.clusters[1]));
    sink.add_if(before.has_clusters && after.has_clusters, combine(before.clusters[1], after.clusters[1]));
}

void add_mentions(Sink& sink, const Mentions& here, std::uint64_t caps) {
    std::uint64_t all = 0;
    for (std::uint32_t lists = here.lists; lists != 0; lists &= lists - 1) {
        const auto list = static_cast<std::size_t>(std::countr_zero(lists));
        const std::uint64_t place = list * 8 + static_cast<std::uint64_t>(here.place[list]);
        sink.add_to_group(0, place);
        sink.add_to_group(1, combine(place, std::uint64_t{here.capitalised[list]} * 8 + caps));
        all = combine(all, place);
    }
    sink.add_to_group(2, combine(all, caps));
}

void add_lists(Sink& sink, std::uint64_t group, std::uint32_t lists) {
    for (; lists != 0; lists &= lists - 1)
        sink.add_to_group(group, static_cast<std::uint64_t>(std::countr_zero(lists)));
}

}  // namespace

void Features::read(const std::vector<std::string_view>& sentence) {
    words_.clear();
    for (const std::string_view token : sentence) {
        Word& word = words_.emplace_back(make_word(token));
        word.statistics = lexicon_.statistics(word);
    }
    lexicon_.find_mentions(words_, mentions_);
    case_mode_ = case_mode();
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

void Features::append(std::size_t token, std::vector<std::uint64_t>& features) const {
    const auto at = [this, token](std::size_t ahead, std::size_t back) -> const Word& {
        return token < back || token + ahead - back >= words_.size() ? kBorder : words_[token + ahead - back];
    };
    const Window window{at(0, 2), at(0, 1), words_[token], at(1, 0), at(2, 0)};
    const bool first = token == 0;
    const auto caps = static_cast<std::uint64_t>(window.here.caps);

    Sink sink{features};
    sink.add(0);
    add_words(sink, window);
    add_shapes(sink, window, first, case_mode_);
    add_true_case(sink, window, first, case_mode_);
    add_clusters(sink, window);
    add_mentions(sink, mentions_[token], caps);
    if (token > 0)
        add_lists(sink, 3, mentions_[token - 1].lists);
    if (token + 1 < words_.size())
        add_lists(sink, 4, mentions_[token + 1].lists);
}

}  // namespace rialto::entities
