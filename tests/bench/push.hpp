#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace rialto::bench {

/// Milliseconds from the POST's first byte to the last of the message with the post's entities on a WebSocket, one post
/// at a time.
std::vector<double> push_times(std::uint16_t port, std::size_t rounds);

}  // namespace rialto::bench
