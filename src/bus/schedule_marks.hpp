#pragma once

#include <vector>

#include "bus/resource_table.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/storage/resource_store.hpp"

namespace rialto::bus {

/// Marks (Kind::Fired) each schedule that the declaration brings as fired up to now, or its ticks before that would
/// count as missed; and takes away the marks of schedules that are gone. Returns what that changes of what is stored.
std::vector<storage::ResourceChange> mark_new_schedules(Layers& layers, TimePoint now);

}  // namespace rialto::bus
