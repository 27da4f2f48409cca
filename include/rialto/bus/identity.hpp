#pragma once

#include <compare>
#include <string>

namespace rialto::bus {

/// An account in a region: who we are on the wire, who asks, and whose a resource is.
struct Identity {
    std::string account = "000000000000";
    std::string region = "us-east-1";
    auto operator<=>(const Identity&) const = default;
};

}  // namespace rialto::bus
