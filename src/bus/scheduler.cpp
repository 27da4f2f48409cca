#include "rialto/bus/scheduler.hpp"

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <chrono>

#include "rialto/async/cancellation.hpp"
#include "rialto/base/encoding.hpp"
#include "rialto/base/log.hpp"
#include "rialto/base/time.hpp"

namespace rialto::bus {
namespace {

constexpr std::chrono::seconds kStopGrace{5};

bool may_help_to_try_again(const Error& error) {
    return error.code == Errc::Unavailable || error.code == Errc::TimedOut || error.code == Errc::Cancelled;
}

}  // namespace

Scheduler::Scheduler(asio::any_io_executor executor, const Clock& clock, Timer& timer, Fire fire,
                     SchedulerOptions options, metrics::Registry& metrics)
    : clock_{clock},
      timer_{timer},
      fire_{std::move(fire)},
      options_{options},
      fired_{metrics.counter("rialto_schedules_fired_total", "Ticks of schedules that were fired.")},
      tasks_{std::move(executor)} {}

void Scheduler::set(std::vector<Scheduled> all, const std::map<std::string, TimePoint>& last_fired) {
    {
        const std::lock_guard lock{mutex_};
        const auto before = std::exchange(entries_, {});
        waiting_.clear();
        for (auto& scheduled : all) {
            const auto stored = last_fired.find(scheduled.key);
            const auto known = before.find(scheduled.key);
            const auto fired = stored == last_fired.end() ? std::nullopt : std::optional{stored->second};
            put(std::move(scheduled), known == before.end() ? fired : std::max(fired, known->second.fired));
        }
    }
    news_.notify();
}

void Scheduler::update(Scheduled scheduled, std::optional<TimePoint> last_fired) {
    {
        const std::lock_guard lock{mutex_};
        put(std::move(scheduled), last_fired);
    }
    news_.notify();
}

void Scheduler::remove(std::string_view key) {
    const std::lock_guard lock{mutex_};
    (void)drop(key);
}

void Scheduler::start() { tasks_.spawn("scheduler", run()); }

Task<> Scheduler::stop() {
    stopping_ = true;
    news_.notify();
    co_await tasks_.stop(kStopGrace);
}

std::string Scheduler::event_id(std::string_view key, TimePoint due) {
    const std::string named = std::string{key} + '\n' + std::to_string(due.time_since_epoch().count());
    std::string id = to_hex(sha256(named)).substr(0, 32);
    id[12] = '8';
    id[16] = "89ab"[static_cast<unsigned char>(id[16]) % 4];
    for (const std::size_t hyphen : {8U, 13U, 18U, 23U})
        id.insert(hyphen, 1, '-');
    return id;
}

/// Waits for the next tick of all, or for news.
Task<> Scheduler::run() {
    // Not open to total cancellation: Asio's || forwards only the first cancellation to its branches, so that an early
    // one would keep the winner from ending the loser. stop() wakes it by `news_`.
    while (!stopping_) {
        const auto seen = news_.version();
        const TimePoint next = start_due();
        if (stopping_ || news_.version() != seen)
            continue;
        using namespace asio::experimental::awaitable_operators;
        co_await (timer_.wait_until(next) || news_.wait(seen, std::chrono::steady_clock::time_point::max()));
    }
}

/// Starts what is due and returns when the next is.
TimePoint Scheduler::start_due() {
    const TimePoint now = clock_.now();
    const std::lock_guard lock{mutex_};
    while (!waiting_.empty() && waiting_.begin()->first <= now) {
        std::string key = std::move(waiting_.extract(waiting_.begin()).value().second);
        entries_.find(key)->second.next.reset();  // what waits has an entry
        under_way_.insert(key);
        tasks_.spawn("schedule", fire_due(std::move(key)));
    }
    return waiting_.empty() ? TimePoint::max() : waiting_.begin()->first;
}

/// Fires a schedule until no tick of it is due.
Task<> Scheduler::fire_due(std::string key) {
    co_await notice_cancellation();
    Duration wait = options_.first_wait;
    while (const auto due = take_due(key)) {
        std::string id = event_id(key, *due);
        const Status fired = co_await fire_(key, *due, std::move(id));
        const bool is_settled = settle(key, *due, fired);
        if (co_await is_cancelled())
            co_return;
        if (is_settled) {
            wait = options_.first_wait;
            continue;
        }
        co_await timer_.wait_until(clock_.now() + wait);
        if (co_await is_cancelled())
            co_return;
        wait = std::min(2 * wait, options_.longest_wait);
    }
}

/// The tick to fire now. If there is none, the schedule is no longer under way.
std::optional<TimePoint> Scheduler::take_due(const std::string& key) {
    const std::lock_guard lock{mutex_};
    const auto found = entries_.find(key);
    if (found != entries_.end())
        if (const auto due = latest_due(key, found->second))
            return due;
    under_way_.erase(key);
    if (found != entries_.end()) {
        enlist(key, found->second);
        news_.notify();
    }
    return std::nullopt;
}

/// Whether the tick is done with. Its schedule may have been replaced meanwhile; the new one has not to fire it either.
bool Scheduler::settle(const std::string& key, TimePoint due, const Status& fired) {
    if (fired)
        fired_.add();
    else if (may_help_to_try_again(fired.error()))
        log::warn("a schedule could not be fired; it is tried again",
                  {{"schedule", key}, {"due", to_rfc3339(due)}, {"reason", fired.error().message}});
    else
        log::error("a schedule could not be fired; the tick is given up",
                   {{"schedule", key}, {"due", to_rfc3339(due)}, {"reason", fired.error().message}});
    if (!fired && may_help_to_try_again(fired.error()))
        return false;
    const std::lock_guard lock{mutex_};
    const auto found = entries_.find(key);
    if (found == entries_.end())
        return true;
    Entry& entry = found->second;
    entry.seen = std::max(entry.seen, due);
    if (fired)
        entry.fired = std::max(entry.fired, std::optional{due});
    return true;
}

/// The latest tick that is due and not too old. What came before it is missed from here on.
std::optional<TimePoint> Scheduler::latest_due(const std::string& key, Entry& entry) const {
    const TimePoint now = clock_.now();
    const TimePoint oldest = now - options_.max_lateness;
    const auto first = entry.schedule.next(entry.seen, entry.created);
    if (!first || *first > now)
        return std::nullopt;
    std::optional<TimePoint> due;
    auto tick = *first < oldest ? entry.schedule.next(oldest - 1ms, entry.created) : first;
    for (; tick && *tick <= now; tick = entry.schedule.next(*tick, entry.created))
        due = tick;
    if (due != first)
        log::warn(
            "ticks of a schedule were missed",
            {{"schedule", key}, {"from", to_rfc3339(*first)}, {"fired", due ? to_rfc3339(*due) : std::string{"none"}}});
    entry.seen = std::max(entry.seen, due.value_or(oldest) - 1ms);
    return due;
}

/// In place of what has that key. Call with the mutex locked.
void Scheduler::put(Scheduled scheduled, std::optional<TimePoint> last_fired) {
    const auto fired = std::max(last_fired, drop(scheduled.key));  // no time is less than any
    Entry entry{.schedule = std::move(scheduled.schedule),
                .created = scheduled.created,
                .fired = fired,
                .seen = std::max(scheduled.created, fired.value_or(scheduled.created)),
                .next = std::nullopt};
    const auto position = entries_.emplace(std::move(scheduled.key), std::move(entry)).first;
    if (!under_way_.contains(position->first))
        enlist(position->first, position->second);
}

/// Returns when it fired last. Call with the mutex locked.
std::optional<TimePoint> Scheduler::drop(std::string_view key) {
    const auto found = entries_.find(key);
    if (found == entries_.end())
        return std::nullopt;
    const Entry& entry = found->second;
    const auto fired = entry.fired;
    if (entry.next)
        waiting_.erase({*entry.next, found->first});
    entries_.erase(found);
    return fired;
}

/// Puts an entry among those that wait for their next tick. Call with the mutex locked.
void Scheduler::enlist(const std::string& key, Entry& entry) {
    entry.next = entry.schedule.next(entry.seen, entry.created);
    if (entry.next)
        waiting_.emplace(*entry.next, key);
}

}  // namespace rialto::bus
