#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "entities/features.hpp"
#include "entities/lattice.hpp"
#include "entities/lexicon.hpp"
#include "entities/model_file.hpp"
#include "entities/scorer.hpp"
#include "rialto/entities/gazetteer.hpp"
#include "rialto/entities/tagger.hpp"

namespace rialto::entities {

/// What is read from a model, in place. Immutable, so that all threads share it.
struct Engine {
    Engine(const ModelSections& sections, const Parameters& parameters);

    Transitions transitions;
    Factors factors;
    Lexicon lexicon;
    Scorer scorer;
};

/// Tags sentences, one after the other. Keep one and use it again: it remembers words that it met.
class SentenceTagger {
public:
    /// The engine must outlive it.
    explicit SentenceTagger(const Engine& engine) : engine_{engine}, features_{engine.lexicon} {}

    /// The entities of a sentence, which is not empty, in order and apart. Offsets count tokens. Good until the next
    /// call. `own` may be null.
    const std::vector<Entity>& tag(const std::vector<std::string_view>& sentence, const Gazetteer* own);

    /// Of the sentence that was tagged last.
    const std::vector<Word>& words() const { return features_.words(); }

private:
    void read_spans();

    const Engine& engine_;
    Features features_;
    Lattice lattice_;
    Scorer::Scratch scratch_;
    std::vector<std::uint8_t> labels_;
    std::vector<Entity> learned_;
    std::vector<Term> terms_;
    std::vector<Entity> ruled_;
    std::vector<Entity> merged_;
};

}  // namespace rialto::entities
