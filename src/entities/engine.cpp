#include "entities/engine.hpp"

#include <algorithm>
#include <array>

#include "entities/rules.hpp"

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

/// Takes out of `entities` what has `relation` to one of `others`. Both are in order.
template <class Relation>
void erase_if_any(std::vector<Entity>& entities, const std::vector<Entity>& others, Relation relation) {
    if (!others.empty())
        std::erase_if(entities, [&](const Entity& entity) {
            return std::ranges::any_of(others, [&](const Entity& other) { return relation(other, entity); });
        });
}

/// Where the two overlap, the rule's span stands if it covers the learned one ("3 March 2026" over a person "March")
/// and is not unsure itself ("April", which may be a person); else the learned one does ("Super Bowl 1998" over the
/// year). Both lists are in order and without overlap in themselves.
void merge(std::vector<Entity>& learned, std::vector<Entity>& ruled, std::vector<Entity>& merged) {
    erase_if_any(learned, ruled,
                 [](const Entity& rule, const Entity& entity) { return rule.score > kUnsure && covers(rule, entity); });
    erase_if_any(ruled, learned, overlap);
    merged.resize(learned.size() + ruled.size());
    std::ranges::merge(learned, ruled, merged.begin(), {}, &Entity::begin, &Entity::begin);
}

}  // namespace

Engine::Engine(const ModelSections& sections, const Parameters& parameters)
    : transitions{parameters.transitions},
      factors{parameters.transitions},
      lexicon{{section(sections, Section::Words), section(sections, Section::Phrases),
               section(sections, Section::ListSets), section(sections, Section::Continuations)}},
      scorer{section(sections, Section::Features), section(sections, Section::Weights),
             section(sections, Section::Rows), parameters.step} {}

const std::vector<Entity>& SentenceTagger::tag(const std::vector<std::string_view>& sentence, const Gazetteer* own) {
    features_.read(sentence);
    engine_.scorer.score(features_, lattice_, scratch_);
    lattice_.best_path(engine_.transitions, labels_);
    read_spans();
    terms_.clear();
    for (const Word& word : features_.words())
        terms_.push_back(word.term);
    ruled_.clear();
    find_by_rules(terms_, ruled_);
    merge(learned_, ruled_, merged_);
    if (own != nullptr)
        own->put_into(sentence, merged_);
    return merged_;
}

void SentenceTagger::read_spans() {
    learned_.clear();
    if (std::ranges::all_of(labels_, [](std::uint8_t label) { return label == kOutside; }))
        return;
    lattice_.sum_paths(engine_.factors);
    std::size_t first = 0;
    for (std::size_t t = 0; t < labels_.size(); ++t) {
        const int label = labels_[t];
        if (label == kOutside)
            continue;
        const int kind = kind_of(label);
        if (label == unit(kind) || label == begin(kind))
            first = t;
        if (label < kClosing)
            learned_.push_back(
                {type_of(kind), first, t + 1, lattice_.span_probability(engine_.factors, first, t + 1, kind)});
    }
}

}  // namespace rialto::entities
