#include "rialto/inspection/recent_events.hpp"

#include <algorithm>
#include <utility>

#include "rialto/async/waiting.hpp"
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

using Deliveries = std::vector<RecentDelivery>;

/// The delivery of that id; null if no more are kept of this event.
RecentDelivery* delivery_of(Deliveries& deliveries, storage::DeliveryId id, const std::string& rule) {
    const auto found = std::ranges::find(deliveries, id, &RecentDelivery::id);
    if (found != deliveries.end())
        return &*found;
    if (deliveries.size() >= kMostDeliveries)
        return nullptr;
    return &deliveries.emplace_back(RecentDelivery{.id = id, .rule = rule});
}

void record(Deliveries& deliveries, delivery::AttemptReport report) {
    for (const storage::Part& part : report.parts)
        if (RecentDelivery* owed = delivery_of(deliveries, part.id, report.rule))
            owed->part = part.name;
    RecentDelivery* attempted = delivery_of(deliveries, report.delivery, report.rule);
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

std::size_t size_of(const RecentEvent& event) {
    std::size_t size = event.envelope->size();
    for (const RecentDelivery& delivery : *event.deliveries) {
        size += sizeof delivery;
        for (const std::string* text : {&delivery.rule, &delivery.part, &delivery.target_id, &delivery.target_kind,
                                        &delivery.error_code, &delivery.error_message})
            size += text->size();
    }
    return size;
}

/// All that can be told without reading the event.
bool may_match(const EventFilter& filter, const RecentEvent& event) {
    return (!filter.bus || *filter.bus == event.bus) && (!filter.settled || event.is_settled());
}

bool matches(const EventFilter& filter, const RecentEvent& event) {
    return !filter.pattern || pattern::matches(*filter.pattern, *event.envelope).value_or(false);
}

}  // namespace

bool RecentEvent::is_settled() const {
    return std::ranges::none_of(*deliveries, [](const RecentDelivery& delivery) {
        return delivery.state == State::Pending || delivery.state == State::Retrying;
    });
}

RecentEvents::RecentEvents(const Clock& clock) : RecentEvents{clock, Limits{}} {}
RecentEvents::RecentEvents(const Clock& clock, Limits limits) : clock_{clock}, limits_{limits} {}

void RecentEvents::routed(std::string_view bus, const std::string& event_id, std::string_view envelope,
                          const std::vector<storage::OwedDelivery>& owed) {
    Kept kept;
    kept.deliveries = std::make_shared<Deliveries>();
    for (const storage::OwedDelivery& delivery : owed)
        (void)delivery_of(*kept.deliveries, delivery.id, delivery.rule);
    kept.event = {.id = event_id,
                  .bus = std::string{bus},
                  .seen = clock_.now(),
                  .envelope = std::make_shared<const std::string>(envelope),
                  .deliveries = kept.deliveries};
    {
        const std::lock_guard lock{mutex_};
        kept.event.cursor = ++last_;
        recount(events_.emplace_back(std::move(kept)));
        trim();
    }
    news_.notify();
}

void RecentEvents::attempted(delivery::AttemptReport report) {
    {
        const std::lock_guard lock{mutex_};
        // Ids of events may repeat, those of deliveries do not: but only the event knows those that it was split into.
        const auto is_of = [&](const Kept& kept) {
            return kept.event.id == report.event_id && kept.event.bus == report.bus &&
                   std::ranges::find(*kept.deliveries, report.delivery, &RecentDelivery::id) != kept.deliveries->end();
        };
        const auto found = std::ranges::find_if(events_.rbegin(), events_.rend(), is_of);
        if (found == events_.rend())
            return;
        if (std::exchange(found->shown, false)) {
            found->deliveries = std::make_shared<Deliveries>(*found->deliveries);
            found->event.deliveries = found->deliveries;
        }
        record(*found->deliveries, std::move(report));
        recount(*found);
        trim();
    }
    news_.notify();
}

/// Call after the event or its deliveries changed, with the mutex locked, as trim().
void RecentEvents::recount(Kept& kept) {
    bytes_ -= kept.bytes;
    kept.bytes = size_of(kept.event);
    bytes_ += kept.bytes;
}

void RecentEvents::trim() {
    while (events_.size() > limits_.events || (bytes_ > limits_.bytes && events_.size() > 1)) {
        bytes_ -= events_.front().bytes;
        events_.pop_front();
    }
}

std::vector<RecentEvent> RecentEvents::find(const EventFilter& filter) const {
    std::vector<RecentEvent> newer;
    {
        const std::lock_guard lock{mutex_};
        const auto cursor_of = [](const Kept& kept) { return kept.event.cursor; };
        for (auto at = std::ranges::upper_bound(events_, filter.since, {}, cursor_of); at != events_.end(); ++at) {
            if (!may_match(filter, at->event))
                continue;
            at->shown = true;
            newer.push_back(at->event);
        }
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
