#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <string>

#include "rialto/base/result.hpp"

namespace rialto {

/// All that a file holds. NotFound if it cannot be read, LimitExceeded if that is more than `most` bytes. Blocks: not
/// for I/O threads.
Result<std::string> read_file(const std::filesystem::path& path,
                              std::size_t most = std::numeric_limits<std::size_t>::max());

}  // namespace rialto
