#pragma once

#include <cstddef>
#include <vector>

#include "entities/terms.hpp"
#include "rialto/entities/tagger.hpp"

namespace rialto::entities {

/// Appends the dates and quantities of a sentence, which follow a grammar too regular to be learned: what is certain by
/// its form ("2026-03-01", "20 %") scores 0.99, what the context makes likely ("in 1998") 0.9, what may as well be a
/// name
/// ("April") 0.8. Offsets count tokens.
void find_by_rules(const std::vector<Term>& sentence, std::vector<Entity>& found);

}  // namespace rialto::entities
