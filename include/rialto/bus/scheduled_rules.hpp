#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <string>
#include <vector>

#include "rialto/async/timer.hpp"
#include "rialto/bus/catalog.hpp"
#include "rialto/bus/event_bus.hpp"
#include "rialto/bus/scheduler.hpp"

namespace rialto::bus {

/// What the targets of a rule are given when it is fired for that time.
model::Event scheduled_event(const RuleName& rule, TimePoint due, std::string id);

/// Fires the rules of the catalog that have a schedule and are enabled: each tick is a "Scheduled Event" for the rule's
/// targets, stored together with the mark that it was fired. Thread-safe.
class ScheduledRules {
public:
    /// All references must outlive it.
    ScheduledRules(asio::any_io_executor executor, Catalog& catalog, EventBus& bus, const Clock& clock, Timer& timer,
                   metrics::Registry& metrics);

    /// Takes note of changes in the catalog.
    void follow(const std::vector<Catalog::Key>& changed);

    void start() { scheduler_.start(); }
    Task<> stop() { return scheduler_.stop(); }

private:
    Task<Status> fire(std::string key, TimePoint due, std::string event_id);
    TimePoint begin_of(const json::Object& rule, const Document& fired) const;
    bool owe(Edit& edit, storage::Outbox& outbox, const std::string& key, TimePoint due, const std::string& event_id);

    Catalog& catalog_;
    EventBus& bus_;
    Scheduler scheduler_;
};

}  // namespace rialto::bus
