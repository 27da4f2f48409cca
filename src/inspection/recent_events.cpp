#include "rialto/inspection/recent_events.hpp"

#include <algorithm>
#include <utility>

#include "rialto/pattern/matcher.hpp"

namespace rialto::inspection {
namespace {

constexpr std::size_t kMostDeliveries = 1000;

using Attempted = delivery::AttemptReport::Result;
using State = RecentDelivery::State;

State state_after(const delivery::AttemptReport& report) {
    switch (report.result) {
        case Attempted::Delivered:
            return State::Delivered;
        case Attempted::Retrying:
            return State::Retrying;
        case Attempted::GivenUp:
            return State::GivenUp;
        case Attempted::Split:
            return report.goes_on ? State::Pending : State::Split;
    }
    return State::Pending;
}

/// The delivery of that id; null if no more are kept of this event.
RecentDelivery* delivery_of(RecentEvent& event, storage::DeliveryId id, const std::string& rule) {
    const auto found = std::ranges::find(event.deliveries, id, &RecentDelivery::id);
    if (found != event.deliveries.end())
        return &*found;
    if (event.deliveries.size() >= kMostDeliveries)
        return nullptr;
    return &event.deliveries.emplace_back(RecentDelivery{.id = id, .rule = rule});
}

void record(RecentEvent& event, delivery::AttemptReport report) {
    for (const storage::Part& part : report.parts)
        if (RecentDelivery* owed = delivery_of(event, part.id, report.rule))
            owed->part = part.name;
    RecentDelivery* attempted = delivery_of(event, report.delivery, report.rule);
    if (!attempted)
        return;
    attempted->part = std::move(report.part);
    attempted->target_id = std::move(report.target_id);
    attempted->target_kind = std::move(report.target_kind);
    attempted->attempts = report.attempts;
    attempted->state = state_after(report);
    attempted->error_code = std::move(report.error_code);
    attempted->error_message = std::move(report.error_message);
}

bool matches(const EventFilter& filter, const RecentEvent& event) {
    if (filter.bus && *filter.bus != event.bus)
        return false;
    if (filter.settled && !event.is_settled())
        return false;
    return !filter.pattern || pattern::matches(*filter.pattern, *event.envelope).value_or(false);
}

/// Counts a waiter for as long as it lives.
class Waiting {
public:
    explicit Waiting(std::atomic<std::size_t>& count) : count_{count}, number_{++count} {}
    ~Waiting() { --count_; }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

    std::size_t number() const { return number_; }

private:
    std::atomic<std::size_t>& count_;
    const std::size_t number_;
};

}  // namespace

bool RecentEvent::is_settled() const {
    return std::ranges::none_of(deliveries, [](const RecentDelivery& delivery) {
        return delivery.state == State::Pending || delivery.state == State::Retrying;
    });
}

RecentEvents::RecentEvents(const Clock& clock) : RecentEvents{clock, Limits{}} {}
RecentEvents::RecentEvents(const Clock& clock, Limits limits) : clock_{clock}, limits_{limits} {}

void RecentEvents::routed(std::string_view bus, const std::string& event_id, std::string_view envelope,
                          const std::vector<storage::OwedDelivery>& owed) {
    RecentEvent event{.id = event_id,
                      .bus = std::string{bus},
                      .seen = clock_.now(),
                      .envelope = std::make_shared<const std::string>(envelope),
                      .deliveries = {}};
    for (const storage::OwedDelivery& delivery : owed)
        (void)delivery_of(event, delivery.id, delivery.rule);
    {
        const std::lock_guard lock{mutex_};
        event.cursor = ++last_;
        bytes_ += envelope.size();
        events_.push_back(std::move(event));
        while (events_.size() > limits_.events || (bytes_ > limits_.bytes && events_.size() > 1)) {
            bytes_ -= events_.front().envelope->size();
            events_.pop_front();
        }
    }
    news_.notify();
}

void RecentEvents::attempted(delivery::AttemptReport report) {
    {
        const std::lock_guard lock{mutex_};
        // Ids of events may repeat, those of deliveries do not: but only the event knows those that it was split into.
        const auto is_of = [&](const RecentEvent& event) {
            return event.id == report.event_id && event.bus == report.bus &&
                   std::ranges::find(event.deliveries, report.delivery, &RecentDelivery::id) != event.deliveries.end();
        };
        const auto found = std::ranges::find_if(events_.rbegin(), events_.rend(), is_of);
        if (found == events_.rend())
            return;
        record(*found, std::move(report));
    }
    news_.notify();
}

std::vector<RecentEvent> RecentEvents::find(const EventFilter& filter) const {
    std::vector<RecentEvent> newer;
    {
        const std::lock_guard lock{mutex_};
        const auto first = std::ranges::upper_bound(events_, filter.since, {}, &RecentEvent::cursor);
        newer.assign(first, events_.end());
    }
    std::erase_if(newer, [&](const RecentEvent& event) { return !matches(filter, event); });
    if (newer.size() > filter.limit)
        newer.resize(filter.limit);
    return newer;
}

Task<Result<std::vector<RecentEvent>>> RecentEvents::wait(EventFilter filter,
                                                          std::chrono::steady_clock::time_point deadline) {
    const Waiting waiting{waiting_};
    if (waiting.number() > limits_.waiters)
        co_return Error{Errc::Unavailable, "too many clients wait for events"};
    while (true) {
        const auto seen = news_.version();
        const std::int64_t looked_at = last();
        auto found = find(filter);
        if (!found.empty())
            co_return found;
        if (closed_)
            co_return Error{Errc::Unavailable, "the server stops"};
        // What does not match now never will, unless it has only to settle.
        if (!filter.settled)
            filter.since = std::max(filter.since, looked_at);
        const bool news = co_await news_.wait(seen, deadline);
        if (!news)
            co_return std::vector<RecentEvent>{};
    }
}

std::int64_t RecentEvents::last() const {
    const std::lock_guard lock{mutex_};
    return last_;
}

void RecentEvents::clear() {
    const std::lock_guard lock{mutex_};
    events_.clear();
    bytes_ = 0;
}

void RecentEvents::close() {
    closed_ = true;
    news_.notify();
}

}  // namespace rialto::inspection
