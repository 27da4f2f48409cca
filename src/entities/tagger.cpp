#include "rialto/entities/tagger.hpp"

#include <algorithm>
#include <array>
#include <mutex>
#include <span>

#include "entities/engine.hpp"
#include "entities/model/embedded.hpp"
#include "entities/names.hpp"
#include "entities/tokenizer.hpp"
#include "rialto/entities/gazetteer.hpp"

namespace rialto::entities {
namespace {

constexpr std::array<std::string_view, kTypes> kTypeNames{
    "PERSON", "LOCATION", "ORGANIZATION", "COMMERCIAL_ITEM", "EVENT", "DATE", "QUANTITY", "TITLE", "OTHER"};

/// Tags sentences one by one, and then, knowing the names in all of them, each again. Offsets count tokens.
class Block {
public:
    explicit Block(const Gazetteer* own) : own_{own} {}

    void add(const std::vector<std::string_view>& sentence, SentenceTagger& tagger) {
        const std::vector<Entity>& found = tagger.tag(sentence, own_);
        const std::size_t begin = tokens_.size();
        for (const Word& word : tagger.words())
            tokens_.push_back({word.exact, is_plain(word)});
        ends_.push_back(tokens_.size());
        found_.push_back(found);
        names_.note(std::span{tokens_}.subspan(begin), found);
    }

    std::size_t tokens() const { return tokens_.size(); }

    /// Calls `use` with the number of each sentence's first token and its entities, and is empty then. What names there
    /// were is kept.
    template <class Use>
    void finish(Use use) {
        std::size_t begin = 0;
        for (std::size_t i = 0; i < ends_.size(); ++i) {
            names_.apply(std::span{tokens_}.subspan(begin, ends_[i] - begin), found_[i]);
            use(begin, found_[i]);
            begin = ends_[i];
        }
        tokens_.clear();
        ends_.clear();
        found_.clear();
    }

private:
    static bool is_plain(const Word& word) {
        return word.statistics.true_case == 0 ? word.caps == Caps::Lower : word.statistics.true_case <= 3;
    }

    const Gazetteer* own_;
    Names names_;
    std::vector<SeenToken> tokens_;
    std::vector<std::size_t> ends_;  ///< Of the sentences, in tokens.
    std::vector<std::vector<Entity>> found_;
};

}  // namespace

std::string_view name_of(Type type) { return kTypeNames[static_cast<std::size_t>(type)]; }

std::optional<Type> type_named(std::string_view name) {
    const auto at = std::ranges::find(kTypeNames, name);
    if (at == kTypeNames.end())
        return std::nullopt;
    return static_cast<Type>(at - kTypeNames.begin());
}

/// The engine, and sentence taggers that are at work or wait to be used again: as many as threads ever tagged at once.
struct Tagger::Model : Engine {
    using Engine::Engine;

    class Loan {
    public:
        explicit Loan(const Model& model) : model_{model} {
            const std::lock_guard guard{model.mutex};
            if (!model.idle.empty()) {
                tagger_ = std::move(model.idle.back());
                model.idle.pop_back();
            }
        }
        ~Loan() {
            if (!tagger_)
                return;
            const std::lock_guard guard{model_.mutex};
            model_.idle.push_back(std::move(tagger_));
        }
        Loan(const Loan&) = delete;
        Loan& operator=(const Loan&) = delete;

        SentenceTagger& operator*() {
            if (!tagger_)
                tagger_ = std::make_unique<SentenceTagger>(model_);
            return *tagger_;
        }

    private:
        const Model& model_;
        std::unique_ptr<SentenceTagger> tagger_;
    };

    mutable std::mutex mutex;  ///< Guards `idle`.
    mutable std::vector<std::unique_ptr<SentenceTagger>> idle;
};

struct Tagger::Reading::State {
    State(const Model& m, std::string_view t, const Gazetteer* names)
        : model{m}, text{t}, own{names}, tokenizer{t}, block{names} {}

    /// An entity of the sentence that begins with the block's token `first`. The full stop after one's own name is the
    /// sentence's if the name has none.
    Entity in_bytes(std::size_t first, const Entity& entity) const {
        const Token span{tokens[first + entity.begin].begin, tokens[first + entity.end - 1].end};
        const std::string_view name = span.in(text);
        const bool stop = own != nullptr && name.ends_with('.') && !own->contains(name) &&
                          own->contains(name.substr(0, name.size() - 1));
        return {entity.type, span.begin, span.end - (stop ? 1 : 0), entity.score};
    }

    const Model& model;
    std::string_view text;
    const Gazetteer* own;
    Tokenizer tokenizer;
    Block block;
    std::vector<Token> tokens;  ///< Of the block.
    std::vector<Token> sentence;
    std::vector<std::string_view> words;
    std::vector<Entity> found;
};

Tagger::Reading::Reading(const Tagger& tagger, std::string_view text, const Gazetteer* own)
    : state_{std::make_unique<State>(*tagger.model_, text, own)} {}
Tagger::Reading::~Reading() = default;

const std::vector<Entity>& Tagger::Reading::found() const { return state_->found; }

bool Tagger::Reading::step() {
    constexpr std::size_t kBytes = std::size_t{16} << 10;
    State& s = *state_;
    Model::Loan tagger{s.model};
    bool more = true;
    while ((s.tokens.empty() || s.tokens.back().end - s.tokens.front().begin < kBytes) &&
           (more = s.tokenizer.next_sentence(s.sentence))) {
        s.words.clear();
        for (const Token& token : s.sentence)
            s.words.push_back(token.in(s.text));
        s.tokens.insert(s.tokens.end(), s.sentence.begin(), s.sentence.end());
        s.block.add(s.words, *tagger);
    }
    s.block.finish([&s](std::size_t first, const std::vector<Entity>& found) {
        for (const Entity& entity : found)
            s.found.push_back(s.in_bytes(first, entity));
    });
    s.tokens.clear();
    return more;
}

Tagger::Tagger(std::unique_ptr<const Model> model) : model_{std::move(model)} {}
Tagger::Tagger(Tagger&&) noexcept = default;
Tagger& Tagger::operator=(Tagger&&) noexcept = default;
Tagger::~Tagger() = default;

Result<Tagger> Tagger::built_in() { return in_place(embedded_model()); }

Result<Tagger> Tagger::from_bytes(std::string_view model) {
    const Status whole = verify_checksum(model);
    return whole ? in_place(model) : whole.error();
}

Result<Tagger> Tagger::in_place(std::string_view model) {
    const Result<ModelSections> sections = open_model(model);
    if (!sections)
        return sections.error();
    const Result<Parameters> parameters = read_parameters((*sections)[static_cast<std::size_t>(Section::Transitions)]);
    if (!parameters)
        return parameters.error();
    return Tagger{std::make_unique<const Model>(*sections, *parameters)};
}

std::vector<Entity> Tagger::tag(std::string_view text, const Gazetteer* own) const {
    Reading reading{*this, text, own};
    while (reading.step()) {
    }
    return reading.found();
}

std::vector<std::vector<Entity>> Tagger::tag_sentences(
    const std::vector<std::vector<std::string_view>>& sentences) const {
    constexpr std::size_t kTokens = 4000;
    struct Piece {
        std::size_t sentence;
        std::size_t begin;
    };
    Model::Loan tagger{*model_};
    Block block{nullptr};
    std::vector<Piece> pieces;  // Of the block: sentences, cut where a text's would be.
    std::vector<std::vector<Entity>> all(sentences.size());
    const auto finish = [&] {
        auto piece = pieces.begin();
        block.finish([&](std::size_t, const std::vector<Entity>& found) {
            for (const Entity& entity : found)
                all[piece->sentence].push_back(
                    {entity.type, piece->begin + entity.begin, piece->begin + entity.end, entity.score});
            ++piece;
        });
        pieces.clear();
    };
    for (std::size_t i = 0; i < sentences.size(); ++i)
        for (std::size_t begin = 0; begin < sentences[i].size(); begin += kMaxSentenceTokens) {
            const auto rest = std::span{sentences[i]}.subspan(begin);
            const auto piece = rest.first(std::min(rest.size(), kMaxSentenceTokens));
            block.add({piece.begin(), piece.end()}, *tagger);
            pieces.push_back({i, begin});
            if (block.tokens() >= kTokens)
                finish();
        }
    finish();
    return all;
}

}  // namespace rialto::entities
