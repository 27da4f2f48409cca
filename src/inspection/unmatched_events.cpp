#include "rialto/inspection/unmatched_events.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "rialto/bus/routing.hpp"
#include "rialto/model/rule.hpp"

namespace rialto::inspection {
namespace {

constexpr std::size_t kLookedAt = 300;

std::string text_of(const json::Object& document, std::string_view name) {
    const json::Value* value = document.find(name);
    const std::string* text = value ? value->as_string() : nullptr;
    return text ? *text : std::string{};
}

/// Of the alternative that is nearest.
std::size_t failing_conditions(const pattern::Explanation& explanation) {
    if (explanation.alternatives.empty())
        return 0;
    const auto& conditions = explanation.alternatives.front().conditions;
    return static_cast<std::size_t>(
        std::ranges::count_if(conditions, [](const pattern::ConditionReport& report) { return !report.holds; }));
}

std::optional<NearestRule> explained(const bus::Resources::Entry& entry, const UnmatchedEvent& event) {
    const auto& [key, document] = entry;
    const std::string text = text_of(*document, "EventPattern");
    const auto pattern =
        text.empty() ? Result<pattern::Pattern>{Error{Errc::NotFound, {}}} : pattern::Pattern::parse(text);
    if (!pattern)
        return std::nullopt;
    auto explanation = pattern::explain(*pattern, event.envelope);
    if (!explanation)
        return std::nullopt;
    const bus::RuleName name = bus::names_in(key);
    return NearestRule{.name = name.rule,
                       .arn = model::rule_arn(name.owner.region, name.owner.account, name.bus, name.rule),
                       .enabled = text_of(*document, "State") != "DISABLED",
                       .failing = failing_conditions(*explanation),
                       .explanation = std::move(*explanation)};
}

}  // namespace

UnmatchedEvents::UnmatchedEvents(const Clock& clock) : UnmatchedEvents{clock, Limits{}} {}
UnmatchedEvents::UnmatchedEvents(const Clock& clock, Limits limits) : clock_{clock}, limits_{limits} {}

bool UnmatchedEvents::is_sampled() {
    const std::int64_t second =
        std::chrono::duration_cast<std::chrono::seconds>(clock_.now().time_since_epoch()).count();
    if (second_.exchange(second) != second)
        in_second_ = 0;
    return in_second_.load() < limits_.a_second && in_second_++ < limits_.a_second;
}

void UnmatchedEvents::unmatched(std::string_view bus, const std::string& event_id, std::string_view envelope) {
    if (!is_sampled())
        return;
    UnmatchedEvent event{
        .id = event_id, .bus = std::string{bus}, .seen = clock_.now(), .envelope = std::string{envelope}};
    const std::lock_guard lock{mutex_};
    event.cursor = ++last_;
    bytes_ += event.envelope.size();
    events_.push_back(std::move(event));
    while (events_.size() > limits_.events || (bytes_ > limits_.bytes && events_.size() > 1)) {
        bytes_ -= events_.front().envelope.size();
        events_.pop_front();
    }
}

std::vector<UnmatchedEvent> UnmatchedEvents::list(std::size_t limit, std::optional<std::int64_t> before,
                                                  const std::optional<std::string>& bus) const {
    std::vector<UnmatchedEvent> found;
    const std::lock_guard lock{mutex_};
    for (auto event = events_.rbegin(); event != events_.rend() && found.size() < limit; ++event)
        if ((!before || event->cursor < *before) && (!bus || event->bus == *bus))
            found.push_back(*event);
    return found;
}

std::optional<UnmatchedEvent> UnmatchedEvents::find(std::int64_t cursor) const {
    const std::lock_guard lock{mutex_};
    const auto found = std::ranges::find(events_, cursor, &UnmatchedEvent::cursor);
    return found == events_.end() ? std::nullopt : std::optional{*found};
}

void UnmatchedEvents::clear() {
    const std::lock_guard lock{mutex_};
    events_.clear();
    bytes_ = 0;
}

std::optional<NearestRule> nearest_rule(const bus::Catalog& catalog, const UnmatchedEvent& event) {
    const auto [owner, name] = bus::bus_of(catalog.identity(), event.bus);
    const std::string prefix = bus::rule_key(owner, name, "");
    const auto rules = catalog.read(
        [&prefix](const bus::Resources& resources) { return resources.list(bus::Kind::Rule, prefix, kLookedAt); });
    std::optional<NearestRule> nearest;
    for (const auto& rule : rules) {
        auto next = explained(rule, event);
        if (next && (!nearest || next->failing < nearest->failing))
            nearest = std::move(next);
    }
    return nearest;
}

}  // namespace rialto::inspection
