#pragma once

#include <cstddef>
#include <vector>

#include "rialto/async/task.hpp"
#include "rialto/delivery/target.hpp"
#include "rialto/queues/queues.hpp"

namespace rialto::targets {

/// Sends events to queues. The message is what the rule's target is to be given. In a FIFO queue an event comes once
/// through a rule to a target; what else becomes of it, for another rule or as a dead letter, is a message of its own.
/// A dead letter has, as attributes, why it is one.
///
/// A message is sent in the transaction that ends its delivery, so that it comes once. Thread-safe.
class Queue final : public delivery::Target {
public:
    /// The queues must outlive it.
    explicit Queue(queues::Queues& queues) : queues_{queues} {}

    Task<std::vector<delivery::Outcome>> deliver_all(const std::vector<delivery::Attempt>& attempts) override;
    delivery::Together together() const override { return {.attempts = 256}; }
    bool reads_event(const model::TargetKind& /*kind*/) const override { return false; }

private:
    queues::Queues& queues_;
};

}  // namespace rialto::targets
