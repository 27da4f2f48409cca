#pragma once

#include <optional>
#include <string>

#include "rialto/storage/queue_store.hpp"

namespace rialto::queues {

/// What stands in a receipt handle: opaque to clients.
std::string write_handle(storage::QueueId queue, const storage::Receipt& receipt);

/// Nothing for what is no handle, or one of another queue.
std::optional<storage::Receipt> read_handle(const std::string& handle, storage::QueueId queue);

}  // namespace rialto::queues
