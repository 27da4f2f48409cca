#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "rialto/base/result.hpp"

namespace rialto::entities {

/// Which labels the CRF may take at each token, a bit each: one bit where the source is sure. An O in a source that
/// does not mark a kind does not teach that there is none: it lets in all labels of that kind.
struct TrainingSentence {
    std::vector<std::string> tokens;
    std::vector<std::uint32_t> allowed;
};

/// Reads train/*.conll under `data`: the large and noisy GMB sampled, copies of some sentences in small and in capital
/// letters added. Only files of known sources are read, since only of these is known what they mark.
Result<std::vector<TrainingSentence>> read_corpus(const std::filesystem::path& data, std::uint64_t seed);

}  // namespace rialto::entities
