#pragma once

#include <cstdint>
#include <string>

#include "rialto/bus/identity.hpp"
#include "rialto/json/value.hpp"

namespace rialto::bus {

/// The rule by which a bus's events get into an archive: `Events-Archive-NAME`, which nobody but us may change.
struct ArchiveRule {
    std::string key;
    json::Object document;
};

/// `archive` is the archive's document; `now` is in milliseconds since 1970.
ArchiveRule archive_rule(const Identity& owner, const json::Object& archive, std::int64_t now);

}  // namespace rialto::bus
