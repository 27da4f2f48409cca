#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rialto/base/clock.hpp"
#include "rialto/bus/catalog.hpp"
#include "rialto/bus/observer.hpp"
#include "rialto/pattern/explain.hpp"

namespace rialto::inspection {

/// An event that no rule of its bus matched.
struct UnmatchedEvent {
    std::int64_t cursor = 0;  ///< Ascending from 1.
    std::string id;
    std::string bus;  ///< Key.
    TimePoint seen;
    std::string envelope;  ///< JSON text.
};

/// Some of the events that matched nothing of late: at most ten a second, so that a flood of them costs nothing. In
/// memory only; the oldest go first. Thread-safe.
class UnmatchedEvents final : public bus::UnmatchedObserver {
public:
    struct Limits {
        std::size_t events = 500;
        std::size_t bytes = std::size_t{4} << 20U;  ///< Of their envelopes; one event is always kept.
        int a_second = 10;
    };

    /// `clock` must outlive it.
    explicit UnmatchedEvents(const Clock& clock);
    UnmatchedEvents(const Clock& clock, Limits limits);

    void unmatched(std::string_view bus, const std::string& event_id, std::string_view envelope) override;

    /// Newest first; of those with a lower cursor than `before`, if that is given.
    std::vector<UnmatchedEvent> list(std::size_t limit, std::optional<std::int64_t> before,
                                     const std::optional<std::string>& bus) const;
    std::optional<UnmatchedEvent> find(std::int64_t cursor) const;

    /// Forgets all. Cursors go on ascending.
    void clear();

private:
    bool is_sampled();

    const Clock& clock_;
    const Limits limits_;
    std::atomic<std::int64_t> second_ = 0;  // since 1970
    std::atomic<int> in_second_ = 0;        // seen in that second; a few too many or few do not matter
    mutable std::mutex mutex_;              // guards what follows
    std::deque<UnmatchedEvent> events_;
    std::size_t bytes_ = 0;
    std::int64_t last_ = 0;
};

/// The rule that came nearest to matching an event, and what kept it from it.
struct NearestRule {
    std::string name;
    std::string arn;
    bool enabled = true;
    std::size_t failing = 0;  ///< Conditions that do not hold.
    pattern::Explanation explanation;
};

/// Of the rules of the event's bus that have a pattern: the first few hundred are looked at. Nothing if there is none.
/// Takes up to a second: not for I/O threads.
std::optional<NearestRule> nearest_rule(const bus::Catalog& catalog, const UnmatchedEvent& event);

}  // namespace rialto::inspection
