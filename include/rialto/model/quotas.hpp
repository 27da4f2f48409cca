#pragma once

#include <cstddef>

namespace rialto::model {

/// How much clients may make of each, by AWS's default quotas for an account in a Region. What the configuration
/// declares neither counts nor is limited.
struct Quotas {
    std::size_t buses = 100;  ///< Besides the bus "default".
    std::size_t rules_per_bus = 300;
    std::size_t targets_per_rule = 5;
    std::size_t connections = 3000;
    std::size_t api_destinations = 3000;
    std::size_t endpoints = 100;
    std::size_t concurrent_replays = 10;  ///< Starting or running.
    bool operator==(const Quotas&) const = default;
};

}  // namespace rialto::model
