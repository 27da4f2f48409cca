#pragma once

#include <filesystem>
#include <string>

#include "entities/lexicon.hpp"
#include "rialto/base/result.hpp"

namespace rialto::entities {

/// The lexicon's sections of a model.
struct LexiconBytes {
    std::string words;
    std::string phrases;
    std::string list_sets;
    std::string continuations;

    Lexicon::Sections sections() const { return {words, phrases, list_sets, continuations}; }
};

/// From gazetteer.tsv, truecase.tsv and clusters.txt under `data`.
Result<LexiconBytes> build_lexicon(const std::filesystem::path& data);

}  // namespace rialto::entities
