#pragma once

#include <string>
#include <vector>

#include "rialto/base/result.hpp"
#include "rialto/entities/tagger.hpp"

namespace rialto::ner {

/// Prints precision, recall and F1 of each type on labelled files, as they are and in small letters, and a table of
/// the files. An entity counts if its type and both borders are right; types that a file never marks are not counted.
Status evaluate(const entities::Tagger& tagger, const std::vector<std::string>& files, bool details);

}  // namespace rialto::ner
