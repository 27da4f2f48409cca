#pragma once

#include <map>
#include <string>
#include <vector>

#include "bus/resource_table.hpp"
#include "rialto/bus/catalog.hpp"
#include "rialto/model/rule.hpp"

namespace rialto::bus {

/// What the configuration declares: as resources, and the rules also as they were written, since some of their targets
/// have no words in AWS's API.
struct Catalog::Declared {
    static Declared of(const std::vector<model::Bus>& buses, const Identity& ours, TimePoint born);

    /// Keys of the rules whose targets are others than before, be it in what AWS's API has no words for.
    std::vector<std::string> rewritten(const Declared& before) const;

    Table table;
    std::map<std::string, std::vector<model::Target>, std::less<>> targets;  // by the rule's key
};

}  // namespace rialto::bus
