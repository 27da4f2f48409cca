#pragma once

#include <memory>
#include <utility>

#include "rialto/storage/batch.hpp"

namespace rialto::testing {

/// Events of which nothing goes straight anywhere.
inline std::shared_ptr<const storage::Batch> batch_of(storage::Outbox owed) {
    return std::make_shared<const storage::Batch>(
        storage::Batch{.owed = std::move(owed), .messages = {}, .entries = {}});
}

}  // namespace rialto::testing
