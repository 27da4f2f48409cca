#include "rialto/bus/replays.hpp"

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <iterator>
#include <utility>

#include "rialto/async/cancellation.hpp"
#include "rialto/base/crash_point.hpp"
#include "rialto/base/id.hpp"
#include "rialto/base/log.hpp"

namespace rialto::bus {
namespace {

constexpr std::size_t kAtOnce = 10;            // as AWS allows
constexpr std::size_t kSlice = 256;            // events of one transaction, so that no other write waits long
constexpr std::int64_t kSlicesPerSecond = 10;  // of a replay with a rate
constexpr Duration kAgainAfterFault{1s};
constexpr std::chrono::seconds kStopGrace{5};

}  // namespace

/// One replay under way. But for the last two members it is its task's alone.
struct Replays::Run {
    Replay replay;
    bool from_its_beginning = false;
    bool knows_place = false;  ///< After a fault, only the store knows how far the replay got.
    std::optional<storage::ArchiveCursor> place;
    std::optional<std::vector<storage::ArchiveEntry>> ahead;  ///< What is behind the place, if it was read already.
    TimePoint next;                                           ///< With a rate: when the next slice has its turn.
    bool called_off = false;
    bool ended = false;
};

Replays::Replays(asio::any_io_executor executor, storage::ArchiveStore& store, Hooks hooks, const Clock& clock,
                 Timer& timer, metrics::Registry& metrics)
    : store_{store},
      hooks_{std::move(hooks)},
      clock_{clock},
      timer_{timer},
      replayed_{metrics.counter("rialto_bus_replayed_events_total", "Archived events put on their bus again")},
      tasks_{std::move(executor)} {}

Replays::~Replays() = default;

void Replays::start(Replay replay) { add(std::move(replay), true); }
void Replays::resume(Replay replay) { add(std::move(replay), false); }
Task<> Replays::stop() { co_await tasks_.stop(kStopGrace); }

void Replays::add(Replay replay, bool from_its_beginning) {
    const std::lock_guard lock{mutex_};
    auto& known = all_[replay.key];
    if (known)
        return;
    known = std::make_shared<Run>();
    known->replay = std::move(replay);
    known->from_its_beginning = from_its_beginning;
    waiting_.push_back(known);
    run_next();
}

/// With the mutex held.
void Replays::run_next() {
    while (!waiting_.empty() && all_.size() - waiting_.size() < kAtOnce) {
        tasks_.spawn("replay", run(std::move(waiting_.front())));
        waiting_.pop_front();
    }
}

bool Replays::cancel(const std::string& key) {
    const std::lock_guard lock{mutex_};
    const auto found = all_.find(key);
    if (found == all_.end() || found->second->ended)
        return false;
    const std::shared_ptr<Run>& run = found->second;
    run->called_off = true;
    if (std::erase(waiting_, run) > 0)
        tasks_.spawn("replay", this->run(run));  // one too many, for as long as its report takes
    return true;
}

Task<> Replays::run(std::shared_ptr<Run> run) {
    co_await notice_cancellation();
    Status played = co_await play(*run);
    const bool stopping = co_await is_cancelled();
    if (!stopping)
        co_await conclude(*run, std::move(played));
    leave(*run);
}

/// Until all is replayed, the replay is called off, or the server stops.
Task<Status> Replays::play(Run& run) {
    if (is_called_off(run))
        co_return Status{};
    Status begun = co_await begin(run);
    if (!begun)
        co_return begun;
    run.next = clock_.now();
    while (!is_called_off(run)) {
        const auto more = co_await insist([this, &run] { return play_slice(run); });
        if (!more)
            co_return more.error();
        if (!*more)
            break;
    }
    co_return Status{};
}

Task<Status> Replays::begin(Run& run) {
    if (run.from_its_beginning) {
        // An earlier replay of the same key may have ended in a crash, between its report and what follows it.
        Status dropped = co_await insist([this, &run] { return store_.drop_progress(run.replay.key); });
        if (!dropped)
            co_return dropped;
    }
    Status found = co_await insist([this, &run] { return find_place(run); });
    if (!found)
        co_return found;
    co_return co_await report(run, ReplayState::Running, {});
}

Task<Status> Replays::find_place(Run& run) {
    auto place = co_await store_.progress(run.replay.key);
    if (!place)
        co_return std::move(place).error();
    run.place = *place;
    run.knows_place = true;
    co_return Status{};
}

/// True if there may be more.
Task<Result<bool>> Replays::play_slice(Run& run) {
    const Replay& replay = run.replay;
    if (!run.knows_place) {
        const Status found = co_await find_place(run);
        if (!found)
            co_return found.error();
    }
    if (!run.ahead) {
        auto read = co_await next_slice(run, run.place);
        if (!read)
            co_return std::move(read).error();
        run.ahead = std::move(*read);
    }
    if (run.ahead->empty())
        co_return false;
    if (is_called_off(run))
        co_return false;
    if (const Status admitted = hooks_.admits(); !admitted)
        co_return Error{Errc::Unavailable, admitted.error().message};
    const auto entries = *std::exchange(run.ahead, std::nullopt);
    auto routed = route(replay, entries);
    if (!routed)
        co_return std::move(routed).error();
    const auto batch = std::make_shared<storage::Batch>(*std::move(routed));
    const storage::ArchiveCursor reached = entries.back().cursor();
    using namespace asio::experimental::awaitable_operators;
    auto [stored, ahead] = co_await (store_.set_progress(replay.key, reached, batch) && next_slice(run, reached));
    run.knows_place = stored.has_value();
    if (!stored)
        co_return stored.error();
    if (ahead && !ahead->empty())  // at the end, look once more
        run.ahead = std::move(*ahead);
    crash_point("replay.undispatched");
    run.place = reached;
    replayed_.add(static_cast<double>(entries.size()));
    hooks_.dispatch(std::move(*batch), *stored);
    if (replay.rate > 0)
        co_await wait_turn(run, entries.size());
    co_return true;
}

Task<Result<std::vector<storage::ArchiveEntry>>> Replays::next_slice(
    const Run& run, std::optional<storage::ArchiveCursor> place) const {
    const Replay& replay = run.replay;
    const auto steps = static_cast<std::size_t>(std::max<std::int64_t>(1, replay.rate / kSlicesPerSecond));
    const std::size_t limit = replay.rate > 0 ? std::min(kSlice, steps) : kSlice;
    co_return co_await store_.read(replay.archive, replay.from, replay.to, place, limit);
}

/// Until the next slice has its turn, by the replay's rate. What a fault held up is not made up for, and a clock that
/// is put back delays no more than one slice.
Task<> Replays::wait_turn(Run& run, std::size_t replayed) {
    constexpr std::int64_t kMillisPerSecond = 1000;
    const Duration pause{static_cast<std::int64_t>(replayed) * kMillisPerSecond / run.replay.rate};
    const TimePoint now = clock_.now();
    run.next = std::clamp(run.next + pause, now, now + pause);
    co_await timer_.wait_until(run.next);
}

Result<storage::Batch> Replays::route(const Replay& replay, const std::vector<storage::ArchiveEntry>& entries) const {
    storage::Batch batch;
    for (const storage::ArchiveEntry& entry : entries) {
        auto event = model::event_from_json(entry.envelope);
        if (!event)
            return std::move(event).error().within("archived event " + entry.event_id);
        event->id = uuid_of(replay.key + '\n' + event->id);
        event->replay_name = replay.name;
        hooks_.route(batch, replay.bus, *event, replay.rules);
    }
    return batch;
}

Task<> Replays::conclude(Run& run, Status played) {
    const ReplayState state = end(run, played);
    std::string reason = state == ReplayState::Failed ? played.error().message : std::string{};
    const Status reported = co_await report(run, state, std::move(reason));
    const bool stopping = co_await is_cancelled();
    if (stopping && !reported)
        co_return;  // it is resumed, finds nothing more to do, and is reported then
    if (!reported)
        log::error("the end of a replay could not be recorded",
                   {{"replay", run.replay.key}, {"reason", reported.error().message}});
    const Status dropped = co_await insist([this, &run] { return store_.drop_progress(run.replay.key); });
    if (!dropped)
        log::warn("how far a replay had got stays in the store",
                  {{"replay", run.replay.key}, {"reason", dropped.error().message}});
}

Task<Status> Replays::report(const Run& run, ReplayState state, std::string reason) {
    ReplayReport report{.key = run.replay.key,
                        .state = state,
                        .reason = std::move(reason),
                        .last_event = run.place ? std::optional{run.place->ingested} : std::nullopt,
                        .when = clock_.now()};
    co_return co_await insist([this, &report] { return hooks_.report(report); });
}

/// From here on the replay cannot be called off any more.
ReplayState Replays::end(Run& run, const Status& played) {
    const std::lock_guard lock{mutex_};
    run.ended = true;
    if (run.called_off)
        return ReplayState::Cancelled;
    return played ? ReplayState::Completed : ReplayState::Failed;
}

bool Replays::is_called_off(const Run& run) const {
    const std::lock_guard lock{mutex_};
    return run.called_off;
}

void Replays::leave(const Run& run) {
    const std::lock_guard lock{mutex_};
    all_.erase(run.replay.key);
    run_next();
}

/// Again and again while it cannot be done now; Cancelled if the server stops first.
template <class Operation>
std::invoke_result_t<Operation&> Replays::insist(Operation operation) {
    for (bool told = false; !co_await is_cancelled(); told = true) {
        auto result = co_await operation();
        if (result || result.error().code != Errc::Unavailable)
            co_return result;
        if (!told)
            log::warn("a replay waits for the store", {{"reason", result.error().message}});
        co_await timer_.wait_until(clock_.now() + kAgainAfterFault);
    }
    co_return Error{Errc::Cancelled, "the server stops"};
}

}  // namespace rialto::bus
