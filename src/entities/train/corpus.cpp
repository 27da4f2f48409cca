#include "entities/train/corpus.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "entities/labels.hpp"
#include "entities/train/random.hpp"
#include "rialto/base/file.hpp"
#include "rialto/entities/conll.hpp"

namespace rialto::entities {
namespace {

constexpr double kLowerCopies = 0.22;
constexpr double kUpperCopies = 0.03;

struct Source {
    std::string_view file;
    std::string_view marks;  ///< Kinds, in the order of Kind; '-' for one that is not marked.
    double share;            ///< Of its sentences, how many are taken; 3: all, three times.
};

//                                          P L O M E T P: persons, locations, organisations, misc, events, titles,
//                                          products
constexpr std::array<Source, 9> kSources{{{"btc", "PLO----", 1},
                                          {"crossner", "PLOMETP", 1},
                                          {"gmb", "PLOME--", 0.12},
                                          {"gum_silver", "PLO-E--", 1},
                                          {"litbank", "PL-----", 1},
                                          {"tweebank", "PLOM---", 3},
                                          {"uner_ewt", "PLO----", 3},
                                          {"wikigold", "PLOM---", 3},
                                          {"wnut17", "PLO--TP", 1}}};

constexpr std::uint32_t bit(int label) { return 1U << label; }

std::uint32_t labels_of_unmarked(std::string_view marks) {
    std::uint32_t labels = bit(kOutside);
    for (int kind = 0; kind < kKinds; ++kind)
        if (marks[static_cast<std::size_t>(kind)] == '-')
            labels |= bit(unit(kind)) | bit(begin(kind)) | bit(inside(kind)) | bit(last(kind));
    return labels;
}

std::optional<int> kind_of_tag(std::string_view tag) {
    const auto name = tag.size() > 2 ? std::ranges::find(kKindNames, tag.substr(2)) : kKindNames.end();
    if (name == kKindNames.end())
        return std::nullopt;
    return static_cast<int>(name - kKindNames.begin());
}

bool begins_span(const ConllSentence& sentence, std::size_t i) {
    return sentence[i].tag.starts_with("B-") || i == 0 || sentence[i - 1].tag.substr(1) != sentence[i].tag.substr(1);
}

bool ends_span(const ConllSentence& sentence, std::size_t i) {
    return i + 1 == sentence.size() || sentence[i + 1].tag != "I-" + sentence[i].tag.substr(2);
}

/// A tag of a kind that the CRF does not know (DATE) counts as O.
std::uint32_t allowed_at(const ConllSentence& sentence, std::size_t i, std::uint32_t unmarked) {
    const std::optional<int> kind = kind_of_tag(sentence[i].tag);
    if (!kind)
        return unmarked;
    const bool begins = begins_span(sentence, i);
    const bool ends = ends_span(sentence, i);
    if (begins)
        return bit(ends ? unit(*kind) : begin(*kind));
    return bit(ends ? last(*kind) : inside(*kind));
}

TrainingSentence to_training(const ConllSentence& sentence, std::uint32_t unmarked) {
    TrainingSentence out;
    for (std::size_t i = 0; i < sentence.size(); ++i) {
        out.tokens.push_back(sentence[i].text);
        out.allowed.push_back(allowed_at(sentence, i, unmarked));
    }
    return out;
}

std::string upper_case(std::string_view word) {
    std::string out{word};
    std::ranges::transform(out, out.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return out;
}

template <class Change>
TrainingSentence changed(TrainingSentence sentence, Change change) {
    for (std::string& token : sentence.tokens)
        token = change(token);
    return sentence;
}

void add_with_copies(TrainingSentence sentence, Random& random, std::vector<TrainingSentence>& corpus) {
    corpus.push_back(std::move(sentence));
    if (random.chance(kLowerCopies))
        corpus.push_back(changed(corpus.back(), in_small_letters));
    else if (random.chance(kUpperCopies))
        corpus.push_back(changed(corpus.back(), upper_case));
}

Status read_source(const std::filesystem::path& data, const Source& source, Random& random,
                   std::vector<TrainingSentence>& corpus) {
    const Result<std::string> text = read_file(data / "train" / (std::string{source.file} + ".conll"));
    if (!text)
        return text.error();
    Result<std::vector<ConllSentence>> sentences = parse_conll(*text);
    if (!sentences)
        return std::move(sentences).error().within(source.file);
    const std::uint32_t unmarked = labels_of_unmarked(source.marks);
    for (double share = source.share; share > 0; --share)
        for (const ConllSentence& sentence : *sentences)
            if (random.chance(share))
                add_with_copies(to_training(sentence, unmarked), random, corpus);
    return {};
}

}  // namespace

Result<std::vector<TrainingSentence>> read_corpus(const std::filesystem::path& data, std::uint64_t seed) {
    Random random{seed};
    std::vector<TrainingSentence> corpus;
    for (const Source& source : kSources)
        if (Status read = read_source(data, source, random, corpus); !read)
            return read.error();
    return corpus;
}

}  // namespace rialto::entities
