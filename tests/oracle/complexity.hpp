#pragma once

#include <vector>

#include "tests/oracle/wildcard.hpp"

namespace rialto::oracle {

enum class Complexity { Fine, Unclear, Excessive };

/// The complexity of one field's wildcards by the model of the reference: the more of them an input can be in the
/// middle of, the worse. A term is one "wildcard", or all of an anything-but list. Unclear, where it depends on what
/// the reference leaves open: whether terms that are the same count twice, and whether a place counts behind which only
/// the closing quote is to come.
Complexity complexity(const std::vector<std::vector<Wildcard>>& terms);

}  // namespace rialto::oracle
