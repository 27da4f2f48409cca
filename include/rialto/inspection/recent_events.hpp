#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "rialto/async/signal.hpp"
#include "rialto/async/task.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/result.hpp"
#include "rialto/bus/observer.hpp"
#include "rialto/delivery/observer.hpp"
#include "rialto/pattern/pattern.hpp"

namespace rialto::inspection {

/// What is known of one delivery of an event.
struct RecentDelivery {
    enum class State : std::uint8_t { Pending, Delivered, Retrying, GivenUp, Split };

    storage::DeliveryId id = 0;
    std::string rule{};  ///< ARN; empty if no rule asked for it.
    std::string part{};
    std::string target_id{};    ///< Empty before the first attempt.
    std::string target_kind{};  ///< Likewise.
    int attempts = 0;
    State state = State::Pending;
    std::string error_code{};  ///< Of the last attempt, if it failed.
    std::string error_message{};
};

/// An event that was put on a bus, and what became of it.
struct RecentEvent {
    std::int64_t cursor = 0;  ///< Ascending from 1.
    std::string id;
    std::string bus;
    TimePoint seen;
    std::shared_ptr<const std::string> envelope;  ///< JSON text.
    /// Of a list that is split into very many, the first thousand. Never null.
    std::shared_ptr<const std::vector<RecentDelivery>> deliveries;

    /// No delivery is still to be attempted.
    bool is_settled() const;
};

struct EventFilter {
    std::int64_t since = 0;  ///< Only those with a greater cursor.
    std::optional<std::string> bus{};
    std::optional<pattern::Pattern> pattern{};
    bool settled = false;  ///< Only those that are settled.
    std::size_t limit = 1000;
};

/// The events that were put on buses of late, for test suites. In memory only; the oldest go first. Thread-safe.
class RecentEvents final : public bus::Observer, public delivery::Observer {
public:
    struct Limits {
        std::size_t events = 1000;
        std::size_t bytes = 16 << 20;  ///< Of their envelopes and deliveries; the last event is always kept.
        std::size_t waiters = 100;
    };

    /// `clock` must outlive it.
    explicit RecentEvents(const Clock& clock);
    RecentEvents(const Clock& clock, Limits limits);

    void routed(std::string_view bus, const std::string& event_id, std::string_view envelope,
                const std::vector<storage::OwedDelivery>& owed) override;
    void attempted(delivery::AttemptReport report) override;

    /// Oldest first.
    std::vector<RecentEvent> find(const EventFilter& filter) const;

    /// Waits for the first such event; none once `deadline` has passed. Unavailable: too many wait, or it is closed.
    Task<Result<std::vector<RecentEvent>>> wait(EventFilter filter, std::chrono::steady_clock::time_point deadline);

    /// The cursor of the last event; 0 if there was none.
    std::int64_t last() const;

    /// Forgets all. Cursors go on ascending.
    void clear();

    /// Ends all waits.
    void close();

private:
    /// An event, and what its owner alone may do with it.
    struct Kept {
        RecentEvent event;
        std::shared_ptr<std::vector<RecentDelivery>> deliveries;  // the event's, to be changed
        mutable bool shown = false;                               // others may read them: the next change is a copy's
        std::size_t bytes = 0;
    };

    void recount(Kept& kept);
    void trim();

    const Clock& clock_;
    const Limits limits_;
    Signal news_;
    std::atomic<std::size_t> waiting_ = 0;
    std::atomic<bool> closed_ = false;
    mutable std::mutex mutex_;  // guards what follows
    std::deque<Kept> events_;
    std::size_t bytes_ = 0;
    std::int64_t last_ = 0;
};

}  // namespace rialto::inspection
