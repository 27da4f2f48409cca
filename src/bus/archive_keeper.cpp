#include "rialto/bus/archive_keeper.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "rialto/async/cancellation.hpp"
#include "rialto/base/log.hpp"
#include "rialto/bus/replay_document.hpp"
#include "rialto/json/members.hpp"
#include "rialto/model/arn.hpp"

namespace rialto::bus {
namespace {

using json::text_of;

constexpr std::chrono::days kRecordKept{90};  // as AWS says
constexpr std::size_t kDroppedAtOnce = 100;   // so that no other change waits long
constexpr Duration kAgainAfterFault = 1min;
constexpr std::chrono::seconds kStopGrace{5};

/// The key of the resource that an ARN names by `kind`, such as "replay/".
std::string key_in(const std::string& text, std::string_view kind) {
    const auto arn = model::Arn::parse(text);
    return arn ? key_of({arn->account, arn->region}, arn->name_after(kind).value_or("")) : std::string{};
}

}  // namespace

ArchiveKeeper::ArchiveKeeper(asio::any_io_executor executor, Catalog& catalog, EventBus& bus,
                             storage::ArchiveStore& store, const delivery::Admission& admission, const Clock& clock,
                             Timer& timer, metrics::Registry& metrics)
    : catalog_{catalog},
      bus_{bus},
      store_{store},
      admission_{admission},
      clock_{clock},
      timer_{timer},
      replays_{executor, store, hooks(), clock, timer, metrics},
      sweeper_{executor, store, [this] { return kept(); }, clock, timer, metrics},
      tasks_{executor} {}

Replays::Hooks ArchiveKeeper::hooks() {
    return {.route =
                [this](storage::Batch& batch, const std::string& bus, const model::Event& event,
                       const std::vector<std::string>& rules) {
                    rules.empty() ? bus_.route_into(batch, bus, event) : bus_.route_among(batch, bus, event, rules);
                },
            .dispatch = [this](storage::Batch committed,
                               bool all_there) { bus_.dispatch(std::move(committed), all_there); },
            .admits = [this] { return admission_.admits(); },
            .report = [this](ReplayReport report) { return record(std::move(report)); }};
}

void ArchiveKeeper::start() {
    started_ = true;
    const auto replays = catalog_.read([](const Resources& resources) { return resources.list(Kind::Replay, ""); });
    for (const auto& [key, document] : replays)
        take_up(key, *document);
    sweeper_.start();
    tasks_.spawn("replay records", drop_old_records());
}

void ArchiveKeeper::follow(const std::vector<Catalog::Key>& changed) {
    if (!started_)
        return;
    for (const auto& [kind, key] : changed) {
        if (kind != Kind::Replay)
            continue;
        const Document replay =
            catalog_.read([&key](const Resources& resources) { return resources.find(Kind::Replay, key); });
        if (replay)
            take_up(key, *replay);
    }
}

/// Has the replay do what its document says, unless it does so already.
void ArchiveKeeper::take_up(const std::string& key, const json::Object& document) {
    const std::string state = text_of(document, "State");
    if (!is_under_way(document) && state != "CANCELLING")
        return;
    Replay replay = replay_of(document, owner_in(key), catalog_.identity());
    const std::string name = replay.key;
    if (state == "STARTING")
        replays_.start(std::move(replay));
    else
        replays_.resume(std::move(replay));
    if (state == "CANCELLING")
        (void)replays_.cancel(name);
}

Task<> ArchiveKeeper::stop() {
    started_ = false;
    co_await tasks_.stop(kStopGrace);
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

Task<> ArchiveKeeper::drop_old_records() {
    co_await notice_cancellation();
    while (!co_await is_cancelled()) {
        const auto next = co_await drop_some_records();
        if (!next)
            log::warn("records of replays that are old could not be dropped", {{"reason", next.error().message}});
        co_await timer_.wait_until(next ? *next : clock_.now() + kAgainAfterFault);
    }
}

/// When there is more to drop: those that end from now on are kept beyond that.
Task<Result<TimePoint>> ArchiveKeeper::drop_some_records() {
    const TimePoint now = clock_.now();
    TimePoint next = now + kRecordKept;
    std::vector<std::string> old;
    for (const auto& [key, replay] :
         catalog_.read([](const Resources& resources) { return resources.list(Kind::Replay, ""); })) {
        const TimePoint end = end_of(*replay);
        if (end == TimePoint{})
            continue;
        if (end + kRecordKept <= now && old.size() < kDroppedAtOnce)
            old.push_back(key);
        else
            next = std::min(next, end + kRecordKept);
    }
    if (old.empty())
        co_return next;
    Status dropped = co_await catalog_.change([&old](Edit& edit) {
        for (const std::string& key : old)
            edit.erase(Kind::Replay, key);
        return true;
    });
    if (!dropped)
        co_return std::move(dropped).error();
    co_return next;
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
                        .retention = std::chrono::days{json::int64_of(*document, "RetentionDays").value_or(0)}});
    }
    co_return kept;
}

}  // namespace rialto::bus
