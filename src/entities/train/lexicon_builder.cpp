#include "entities/train/lexicon_builder.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "entities/tokenizer.hpp"
#include "entities/train/corpus.hpp"
#include "rialto/base/file.hpp"

namespace rialto::entities {
namespace {

constexpr std::size_t kContinuationBytes = std::size_t{1} << 18;

/// Calls `use` with each line's fields; false from it stops, and makes the line an error.
template <class Use>
Status each_line(const std::filesystem::path& path, std::string_view separators, Use use) {
    const Result<std::string> text = read_file(path);
    if (!text)
        return text.error();
    std::vector<std::string_view> fields;
    std::size_t number = 0;
    for (std::size_t at = 0; at < text->size();) {
        const std::size_t end = std::min(text->find('\n', at), text->size());
        const std::string_view line = std::string_view{*text}.substr(at, end - at);
        at = end + 1;
        ++number;
        fields.clear();
        for (std::size_t from = 0; from <= line.size();) {
            const std::size_t to = std::min(line.find_first_of(separators, from), line.size());
            fields.push_back(line.substr(from, to - from));
            from = to + 1;
        }
        if (!use(fields))
            return Error{Errc::InvalidArgument, path.string() + ": line " + std::to_string(number) + " is malformed"};
    }
    return {};
}

std::optional<unsigned> number_of(std::string_view field, unsigned below) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (error != std::errc{} || end != field.data() + field.size() || value >= below)
        return std::nullopt;
    return value;
}

template <class T>
std::string to_bytes(const std::vector<T>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

Result<std::string> build_words(const std::filesystem::path& data) {
    std::map<std::uint64_t, WordStatistics> words;  // Ordered, so that the table is the same each time.
    Status read = each_line(data / "truecase.tsv", "\t", [&words](const auto& fields) {
        const auto bucket = fields.size() == 2 ? number_of(fields[1], 7) : std::nullopt;
        if (bucket)
            words[make_word(fields[0]).lower].true_case = static_cast<std::uint8_t>(*bucket + 1);
        return bucket.has_value();
    });
    if (!read)
        return read.error();
    read = each_line(data / "clusters.txt", " \t", [&words](const auto& fields) {
        if (fields.size() != 4)
            return false;
        WordStatistics& word = words[make_word(fields[0]).lower];
        word.has_clusters = true;
        constexpr std::array<unsigned, 3> kSizes{64, 256, 1024};
        for (std::size_t i = 0; i < 3; ++i) {
            const auto id = number_of(fields[i + 1], kSizes[i]);
            if (!id)
                return false;
            word.clusters[i] = static_cast<std::uint16_t>(*id);
        }
        return true;
    });
    if (!read)
        return read.error();
    std::vector<std::pair<std::uint64_t, std::uint64_t>> pairs;
    for (const auto& [word, statistics] : words)
        pairs.emplace_back(word, Lexicon::pack(statistics));
    return to_bytes(Lexicon::WordTable::build(pairs));
}

/// The phrases, by the hash of their words, with the lists that each is in.
class Phrases {
public:
    bool add(std::string_view list, std::string_view phrase) {
        const std::optional<std::uint32_t> bit = bit_of(list);
        if (!bit)
            return false;
        const std::vector<std::uint64_t> hashes = beginnings(phrase);
        if (hashes.empty() || hashes.size() > kMaxPhraseTokens)
            return true;
        lists_[hashes.back()] |= *bit;
        for (const std::uint64_t hash : hashes)
            if (hashes.size() > 1)
                set_continuation(hash);
        return true;
    }

    void write(LexiconBytes& out) const {
        const std::vector<std::uint32_t> sets = common_sets();
        std::vector<std::pair<std::uint64_t, std::uint32_t>> pairs;
        for (const auto& [phrase, lists] : lists_) {
            const auto set = std::ranges::find(sets, lists);
            if (set != sets.end())
                pairs.emplace_back(phrase, static_cast<std::uint32_t>(set - sets.begin()));
        }
        out.phrases = to_bytes(Lexicon::PhraseTable::build(pairs));
        out.list_sets = to_bytes(sets);
        out.continuations = continuations_;
    }

private:
    /// Lists are numbered in the order in which they first occur.
    std::optional<std::uint32_t> bit_of(std::string_view list) {
        auto known = std::ranges::find(names_, list);
        if (known == names_.end()) {
            if (names_.size() == kGazetteerLists)
                return std::nullopt;
            known = names_.insert(names_.end(), std::string{list});
        }
        return 1U << (known - names_.begin());
    }

    std::vector<std::uint64_t> beginnings(std::string_view phrase) {
        std::vector<std::uint64_t> hashes;
        std::uint64_t hash = 0;
        Tokenizer tokenizer{phrase};
        while (tokenizer.next_sentence(tokens_))
            for (const Token& token : tokens_)
                hashes.push_back(hash = Lexicon::phrase_hash(hash, make_word(token.in(phrase)).lower));
        return hashes;
    }

    void set_continuation(std::uint64_t hash) {
        const std::size_t bit = continuation_bit(hash, continuations_.size());
        continuations_[bit / 8] =
            static_cast<char>(static_cast<unsigned char>(continuations_[bit / 8]) | 1U << (bit % 8));
    }

    /// As many of the combinations of lists as the table's values can tell apart, the most common ones. 0 is for none.
    std::vector<std::uint32_t> common_sets() const {
        std::map<std::uint32_t, std::size_t> uses;
        for (const auto& [phrase, lists] : lists_)
            ++uses[lists];
        std::vector<std::pair<std::size_t, std::uint32_t>> order;
        for (const auto& [lists, count] : uses)
            order.emplace_back(count, lists);
        std::ranges::sort(order, std::greater<>{});
        std::vector<std::uint32_t> sets{0};
        for (const auto& [count, lists] : order)
            if (sets.size() <= Lexicon::PhraseTable::kValueMask)
                sets.push_back(lists);
        return sets;
    }

    std::map<std::uint64_t, std::uint32_t> lists_;
    std::vector<std::string> names_;
    std::string continuations_ = std::string(kContinuationBytes, '\0');
    std::vector<Token> tokens_;
};

}  // namespace

Result<LexiconBytes> build_lexicon(const std::filesystem::path& data) {
    LexiconBytes out;
    Result<std::string> words = build_words(data);
    if (!words)
        return words.error();
    out.words = *std::move(words);

    Phrases phrases;
    const Status read = each_line(data / "gazetteer.tsv", "\t", [&phrases](const auto& fields) {
        return fields.size() == 2 && phrases.add(fields[0], fields[1]);
    });
    if (!read)
        return read.error();
    phrases.write(out);
    return out;
}

}  // namespace rialto::entities
