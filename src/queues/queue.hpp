#pragma once

#include <memory>

#include "queues/line.hpp"
#include "queues/settings.hpp"
#include "rialto/queues/queues.hpp"

namespace rialto::queues {

/// What is known of one queue at one time.
struct Queues::Queue {
    QueueName name;
    storage::QueueId id = 0;
    Attributes set;
    Tags tags;
    TimePoint created;
    TimePoint modified;
    Settings settings;           ///< What `set` says.
    std::shared_ptr<Line> line;  ///< Woken when something may be received that was not there, or the queue is gone.

    static std::unique_ptr<Queue> from(const storage::StoredQueue& stored);
    storage::StoredQueue stored() const;
    void understand() { settings = settings_of(set, is_fifo(name.name)); }
};

/// Gives the turn to change queues to the next when it goes.
class Queues::Turn {
public:
    explicit Turn(Queues& queues) : queues_{queues} {}
    ~Turn() { queues_.give_turn(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

private:
    Queues& queues_;
};

/// What an error of the store means to a client.
std::unexpected<Refusal> refused(const Error& error);

std::unexpected<Refusal> no_such_queue();

}  // namespace rialto::queues
