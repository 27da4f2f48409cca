#pragma once

#include "queues/settings.hpp"
#include "rialto/queues/message.hpp"

namespace rialto::queues {

/// Whether a queue of these settings takes the message, after AWS's rules and in its words.
Answer<void> check(const Draft& draft, const Settings& settings);

}  // namespace rialto::queues
