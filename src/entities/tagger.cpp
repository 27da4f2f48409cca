#include "rialto/entities/tagger.hpp"

#include <algorithm>
#include <array>

#include "entities/features.hpp"
#include "entities/lattice.hpp"
#include "entities/lexicon.hpp"
#include "entities/model/embedded.hpp"
#include "entities/model_file.hpp"
#include "entities/rules.hpp"
#include "entities/scorer.hpp"
#include "entities/tokenizer.hpp"

namespace rialto::entities {
namespace {

std::string_view section(const ModelSections& sections, Section name) {
    return sections[static_cast<std::size_t>(name)];
}

Type type_of(int kind) {
    constexpr std::array kTypes{Type::Person, Type::Location, Type::Organization,  Type::Other,
                                Type::Event,  Type::Title,    Type::CommercialItem};
    static_assert(kTypes.size() == kKinds);
    return kTypes[static_cast<std::size_t>(kind)];
}

bool covers(const Entity& a, const Entity& b) { return a.begin <= b.begin && b.end <= a.end; }
bool overlap(const Entity& a, const Entity& b) { return a.begin < b.end && b.begin < a.end; }

/// Where the two overlap, the rule's span stands if it covers the learned one ("3 March 2026" over a person "March"),
/// else the learned one ("Super Bowl 1998" over the year). Both lists are in order and without overlap in themselves.
void merge(std::vector<Entity>& learned, std::vector<Entity>& ruled, std::vector<Entity>& merged) {
    std::erase_if(learned, [&ruled](const Entity& entity) {
        return std::ranges::any_of(ruled, [&entity](const Entity& rule) { return covers(rule, entity); });
    });
    std::erase_if(ruled, [&learned](const Entity& rule) {
        return std::ranges::any_of(learned, [&rule](const Entity& entity) { return overlap(rule, entity); });
    });
    merged.resize(learned.size() + ruled.size());
    std::ranges::merge(learned, ruled, merged.begin(), {}, &Entity::begin, &Entity::begin);
}

}  // namespace

std::string_view name_of(Type type) {
    constexpr std::array<std::string_view, 9> kNames{
        "PERSON", "LOCATION", "ORGANIZATION", "COMMERCIAL_ITEM", "EVENT", "DATE", "QUANTITY", "TITLE", "OTHER"};
    return kNames[static_cast<std::size_t>(type)];
}

struct Tagger::Model {
    Model(const ModelSections& sections, const Parameters& parameters)
        : transitions{parameters.transitions},
          lexicon{{section(sections, Section::Words), section(sections, Section::Phrases),
                   section(sections, Section::ListSets), section(sections, Section::Continuations)}},
          scorer{section(sections, Section::Features), section(sections, Section::Weights), parameters.step} {}

    class Run;

    Transitions transitions;
    Lexicon lexicon;
    Scorer scorer;
};

/// The memory of one call, used again for each sentence.
class Tagger::Model::Run {
public:
    explicit Run(const Model& model) : model_{model}, features_{model.lexicon} {}

    /// The entities of a sentence, which is not empty. Offsets count tokens.
    const std::vector<Entity>& tag(const std::vector<std::string_view>& sentence) {
        features_.read(sentence);
        model_.scorer.score(features_, lattice_, scratch_);
        lattice_.best_path(model_.transitions, labels_);
        read_spans();
        ruled_.clear();
        find_by_rules(sentence, ruled_);
        merge(learned_, ruled_, merged_);
        return merged_;
    }

private:
    void read_spans() {
        learned_.clear();
        if (std::ranges::count(labels_, kOutside) == std::ssize(labels_))
            return;
        lattice_.sum_paths(model_.transitions);
        std::size_t first = 0;
        for (std::size_t t = 0; t < labels_.size(); ++t) {
            const int label = labels_[t];
            if (label == kOutside)
                continue;
            const int kind = kind_of(label);
            if (label == unit(kind) || label == begin(kind))
                first = t;
            if (label < kClosing)
                learned_.push_back({type_of(kind), first, t + 1, lattice_.span_probability(first, t + 1, kind)});
        }
    }

    const Model& model_;
    Features features_;
    Lattice lattice_;
    std::vector<std::uint64_t> scratch_;
    std::vector<std::uint8_t> labels_;
    std::vector<Entity> learned_;
    std::vector<Entity> ruled_;
    std::vector<Entity> merged_;
};

Tagger::Tagger(std::unique_ptr<const Model> model) : model_{std::move(model)} {}
Tagger::Tagger(Tagger&&) noexcept = default;
Tagger& Tagger::operator=(Tagger&&) noexcept = default;
Tagger::~Tagger() = default;

Result<Tagger> Tagger::built_in() { return from_bytes(embedded_model()); }

Result<Tagger> Tagger::from_bytes(std::string_view model) {
    const Result<ModelSections> sections = open_model(model);
    if (!sections)
        return sections.error();
    const Result<Parameters> parameters = read_parameters(section(*sections, Section::Transitions));
    if (!parameters)
        return parameters.error();
    return Tagger{std::make_unique<const Model>(*sections, *parameters)};
}

std::vector<Entity> Tagger::tag(std::string_view text) const {
    std::vector<Entity> entities;
    Model::Run run{*model_};
    Tokenizer tokenizer{text};
    std::vector<Token> sentence;
    std::vector<std::string_view> words;
    while (tokenizer.next_sentence(sentence)) {
        words.clear();
        for (const Token& token : sentence)
            words.push_back(token.in(text));
        for (const Entity& entity : run.tag(words))
            entities.push_back({entity.type, sentence[entity.begin].begin, sentence[entity.end - 1].end, entity.score});
    }
    return entities;
}

std::vector<Entity> Tagger::tag_tokens(const std::vector<std::string_view>& tokens) const {
    if (tokens.empty())
        return {};
    Model::Run run{*model_};
    return run.tag(tokens);
}

}  // namespace rialto::entities
