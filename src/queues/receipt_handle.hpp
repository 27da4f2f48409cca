#pragma once

#include <optional>
#include <string>

#include "rialto/base/clock.hpp"
#include "rialto/storage/queue_store.hpp"

namespace rialto::queues {

/// What stands in a receipt handle: opaque to clients.
struct Handle {
    storage::Receipt receipt;
    TimePoint received;
};

std::string write_handle(storage::QueueId queue, const Handle& handle);

/// Nothing for what is no handle, or one of another queue.
std::optional<Handle> read_handle(const std::string& text, storage::QueueId queue);

}  // namespace rialto::queues
