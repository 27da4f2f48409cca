#pragma once

#include <cstdint>
#include <string>

namespace rialto::bench {

/// The JSON of a new post of about 2 KiB, English sentences with names in them. The same for the same number.
std::string post_json(std::uint64_t number);

}  // namespace rialto::bench
