#pragma once

#include <string>

#include "entities/train/learner.hpp"
#include "entities/train/lexicon_builder.hpp"

namespace rialto::entities {

/// The learned weights, small ones left out and the others rounded to 8 bits, and the lexicon as one model file.
std::string pack(const Learner& learner, const LexiconBytes& lexicon);

}  // namespace rialto::entities
