#pragma once

#include <string>
#include <vector>

#include "rialto/base/result.hpp"

namespace rialto::ner {

/// Prints how fast the built-in model turns raw text into JSON on one core, in texts of `chunk` bytes, how long it
/// takes to load, and the memory it needs. CoNLL files are made raw text again.
Status bench(const std::vector<std::string>& files, std::size_t chunk, int rounds);

}  // namespace rialto::ner
