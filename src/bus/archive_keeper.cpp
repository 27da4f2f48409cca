#include "rialto/bus/archive_keeper.hpp"

#include <optional>
#include <utility>

#include "rialto/json/members.hpp"
#include "rialto/model/arn.hpp"

namespace rialto::bus {
namespace {

using json::text_of;

std::int64_t number_of(const json::Object& object, std::string_view name) {
    const json::Value* value = object.find(name);
    return value ? value->as_int64().value_or(0) : 0;
}

TimePoint time_of(const json::Object& object, std::string_view name) {
    return TimePoint{Duration{number_of(object, name)}};
}

Identity owner_in(const std::string& key) {
    const auto region = key.find(':') + 1;
    return {.account = key.substr(0, region - 1), .region = key.substr(region, key.find(':', region) - region)};
}

/// The key of the resource that an ARN names by `kind`, such as "replay/".
std::string key_in(const std::string& text, std::string_view kind) {
    const auto arn = model::Arn::parse(text);
    return arn ? key_of({arn->account, arn->region}, arn->name_after(kind).value_or("")) : std::string{};
}

std::string_view word_for(ReplayState state) {
    switch (state) {
        case ReplayState::Running:
            return "RUNNING";
        case ReplayState::Completed:
            return "COMPLETED";
        case ReplayState::Cancelled:
            return "CANCELLED";
        case ReplayState::Failed:
            return "FAILED";
    }
    return "FAILED";
}

json::Object with_report(json::Object replay, const ReplayReport& report) {
    const bool has_ended = report.state != ReplayState::Running;
    if (has_ended || text_of(replay, "State") != "CANCELLING")
        replay.set("State", word_for(report.state));
    if (!report.reason.empty())
        replay.set("StateReason", report.reason);
    if (report.last_event)
        replay.set("EventLastReplayedTime", report.last_event->time_since_epoch().count());
    if (has_ended)
        replay.set("ReplayEndTime", report.when.time_since_epoch().count());
    return replay;
}

}  // namespace

std::string replay_arn(const std::string& key) {
    const Identity owner = owner_in(key);
    return model::Arn{.service = "events",
                      .region = owner.region,
                      .account = owner.account,
                      .resource = "replay/" + key.substr(key.rfind(':') + 1)}
        .text();
}

Replay replay_of(const json::Object& document, const Identity& owner, const Identity& ours) {
    const std::string name = text_of(document, "ReplayName");
    const json::Object& destination = *document.find("Destination")->as_object();
    const auto bus = model::Arn::parse(text_of(destination, "Arn"));
    Replay replay{
        .key =
            model::Arn{
                .service = "events", .region = owner.region, .account = owner.account, .resource = "replay/" + name}
                .text(),
        .name = name,
        .archive = text_of(document, "EventSourceArn"),
        .bus = bus_key(ours, {bus->account, bus->region}, bus->name_after("event-bus/").value_or("")),
        .rules = {},
        .from = time_of(document, "EventStartTime"),
        .to = time_of(document, "EventEndTime")};
    if (const json::Value* filter = destination.find("FilterArns"))
        for (const json::Value& arn : *filter->as_array())
            replay.rules.push_back(*arn.as_string());
    return replay;
}

ArchiveKeeper::ArchiveKeeper(asio::any_io_executor executor, Catalog& catalog, EventBus& bus,
                             storage::ArchiveStore& store, const Clock& clock, Timer& timer, metrics::Registry& metrics)
    : catalog_{catalog},
      bus_{bus},
      store_{store},
      replays_{executor, store, hooks(), clock, timer, metrics},
      sweeper_{executor, store, [this] { return kept(); }, clock, timer, metrics} {}

Replays::Hooks ArchiveKeeper::hooks() {
    return {.route =
                [this](const std::string& bus, const model::Event& event, const std::vector<std::string>& rules) {
                    return rules.empty() ? bus_.route(bus, event) : bus_.route_among(bus, event, rules);
                },
            .dispatch = [this](storage::Outbox committed) { bus_.dispatch(std::move(committed)); },
            .report = [this](ReplayReport report) { return record(std::move(report)); }};
}

void ArchiveKeeper::start() {
    const auto replays = catalog_.read([](const Resources& resources) { return resources.list(Kind::Replay, ""); });
    for (const auto& [key, document] : replays) {
        const std::string state = text_of(*document, "State");
        if (state != "STARTING" && state != "RUNNING" && state != "CANCELLING")
            continue;
        Replay replay = replay_of(*document, owner_in(key), catalog_.identity());
        const std::string name = replay.key;
        replays_.resume(std::move(replay));
        if (state == "CANCELLING")
            (void)replays_.cancel(name);
    }
    sweeper_.start();
}

Task<> ArchiveKeeper::stop() {
    co_await replays_.stop();
    co_await sweeper_.stop();
}

Task<Status> ArchiveKeeper::record(ReplayReport report) {
    const std::string key = key_in(report.key, "replay/");
    Status recorded = co_await catalog_.change([&](Edit& edit) {
        const Document replay = edit.find(Kind::Replay, key);
        if (replay)
            edit.put(Kind::Replay, key, with_report(*replay, report));
        return replay != nullptr;
    });
    if (recorded && report.state != ReplayState::Running)
        recorded = co_await store_.drop_progress(report.key);
    co_return recorded;
}

Task<Result<std::vector<storage::KeptArchive>>> ArchiveKeeper::kept() const {
    const auto archives = catalog_.read([](const Resources& resources) { return resources.list(Kind::Archive, ""); });
    std::vector<storage::KeptArchive> kept;
    for (const auto& [key, document] : archives) {
        const Identity owner = owner_in(key);
        kept.push_back({.key = model::Arn{.service = "events",
                                          .region = owner.region,
                                          .account = owner.account,
                                          .resource = "archive/" + text_of(*document, "ArchiveName")}
                                   .text(),
                        .retention = std::chrono::days{number_of(*document, "RetentionDays")}});
    }
    co_return kept;
}

}  // namespace rialto::bus
