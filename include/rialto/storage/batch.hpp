#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "rialto/storage/outbox.hpp"
#include "rialto/storage/queue_store.hpp"

namespace rialto::storage {

/// An event in a queue, in place of a delivery that would be owed otherwise.
struct DirectMessage {
    std::size_t event = 0;   ///< Place of its event in the outbox.
    OwedDelivery otherwise;  ///< What is owed if the queue is not there.
    QueueId queue = 0;
    NewMessage message;
};

/// An event in an archive, in place of a delivery.
struct DirectEntry {
    std::size_t event = 0;  ///< Place of its event in the outbox.
    std::string archive;    ///< As the archive store knows it.
    std::int64_t sequence = 0;
    std::string packed;  ///< Its envelope: see ArchiveStore::pack().
};

/// Events on their way: what they owe, and what goes straight into queues and archives. All of it is stored in one
/// transaction.
struct Batch {
    Outbox owed;  ///< An event may owe nothing, if all of it goes straight away.
    std::vector<DirectMessage> messages;
    std::vector<DirectEntry> entries;
};

}  // namespace rialto::storage
