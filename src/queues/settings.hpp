#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "rialto/queues/queues.hpp"

namespace rialto::queues {

struct RedrivePolicy {
    QueueName to;
    std::int64_t max_receives = 1;  ///< 1 to 1000.
};

/// What a queue's attributes say, as far as something follows from it.
struct Settings {
    std::chrono::seconds visibility{30};
    std::chrono::seconds retention{345'600};
    std::chrono::seconds delay{0};
    std::chrono::seconds wait{0};
    std::int64_t max_message = 1'048'576;  ///< In bytes.
    bool fifo = false;
    bool unique_by_content = false;
    bool unique_by_group = false;
    std::optional<RedrivePolicy> redrive;
};

/// Adds `changes` to the attributes that were set before, after AWS's rules for each. An empty policy takes it away.
Answer<void> merge(Attributes& set, const Attributes& changes, bool fifo);

/// What valid attributes say.
Settings settings_of(const Attributes& set, bool fifo);

/// The value of an attribute that can be set, also if it was not; nothing if such a queue has none.
std::optional<std::string> value_of(const Attributes& set, const std::string& name, bool fifo);

/// All attributes that can be set and that such a queue has.
Attributes effective(const Attributes& set, bool fifo);

/// Whether SQS has an attribute of that name.
bool is_attribute(const std::string& name);

}  // namespace rialto::queues
