#pragma once

#include <string>
#include <string_view>

#include "rialto/base/result.hpp"

namespace rialto::storage {

/// The JSON text of an event in less room, for an archive: compressed (LZ4), or as it is where that is not worth it.
/// About a microsecond a KiB. zstd makes it smaller still, but takes six times as long, more than storing it does.
std::string pack(std::string_view json);

/// The text again. Corrupt if it cannot be had from these bytes; what `pack` left as it was is never that.
Result<std::string> unpack(std::string packed);

}  // namespace rialto::storage
