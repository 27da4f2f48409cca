#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "rialto/base/result.hpp"

namespace rialto::entities {

struct TrainingOptions {
    std::filesystem::path data;  ///< Has train/*.conll, gazetteer.tsv, truecase.tsv and clusters.txt.
    int epochs = 8;
    std::uint64_t seed = 1;
    std::function<void(std::string_view)> report;  ///< Is told of progress, line by line; may be empty.
};

/// The bytes of a model. The same data, options and program give the same bytes. NotFound or InvalidArgument for data
/// that is missing or malformed.
Result<std::string> train(const TrainingOptions& options);

}  // namespace rialto::entities
