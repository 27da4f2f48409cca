#pragma once

#include <cstddef>
#include <memory>
#include <mutex>

#include "rialto/async/task.hpp"
#include "rialto/delivery/target.hpp"
#include "rialto/queues/queues.hpp"

namespace rialto::targets {

/// Sends events to queues. The message is what the rule's target is to be given; in a FIFO queue its deduplication id
/// is that of the event. A dead letter has, as attributes, why it is one.
///
/// A message is sent in the transaction that ends its delivery, so that it comes once. What arrives while a write is
/// under way is written together after it. Thread-safe.
class Queue final : public delivery::Target {
public:
    /// The queues must outlive it.
    explicit Queue(queues::Queues& queues) : queues_{queues} {}

    Task<delivery::Outcome> deliver(const delivery::Attempt& attempt) override;

private:
    struct Batch;

    Task<queues::Answer<void>> send(queues::Delivery delivery);
    Task<> write(std::shared_ptr<Batch> batch);
    void hand_on();

    queues::Queues& queues_;
    std::mutex mutex_;  // guards what follows
    std::shared_ptr<Batch> gathering_;
    bool writing_ = false;
};

}  // namespace rialto::targets
