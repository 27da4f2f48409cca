#include "rialto/delivery/dispatcher.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <set>
#include <utility>

#include "delivery/courier.hpp"
#include "delivery/lanes.hpp"
#include "rialto/async/signal.hpp"
#include "rialto/async/task_group.hpp"
#include "rialto/base/encoding.hpp"
#include "rialto/base/log.hpp"

namespace rialto::delivery {
namespace {

constexpr std::size_t kScanned = 1000;
constexpr Duration kClockStep{5s};  // so far back a clock is only put
constexpr Duration kClockNotedEvery{1min};
constexpr Duration kLookAgainAfter{60s};
constexpr Duration kLookAgainAfterFault{1s};

}  // namespace

std::string key_of(const RuleTarget& of_rule) {
    return to_hex(sha256(of_rule.rule + '\n' + model::to_json(of_rule.target))).substr(0, 32);
}

struct Dispatcher::State {
    State(asio::any_io_executor executor, storage::Store& s, const Targets& all, const Clock& c, Timer& t,
          Random& random, const DispatcherOptions& options, metrics::Registry& metrics)
        : store{s},
          targets{all},
          clock{c},
          timer{t},
          lanes{{.concurrency = options.concurrency,
                 .queue = options.lane_queue,
                 .bytes = options.memory,
                 .breaker = options.breaker}},
          courier{s, all, c, t, random, options.back_off, metrics},
          in_memory{metrics.gauge("rialto_delivery_in_memory", "Deliveries waiting in memory or under way")},
          open_breakers{
              metrics.gauge("rialto_delivery_open_breakers", "Targets left alone, since they failed too often")},
          latest{c.now()},
          tasks{std::move(executor)} {}

    bool take(storage::StoredDelivery delivery, Lanes::From from) {
        const std::string key = delivery.target;
        const auto taken = lanes.take(std::move(delivery), from);
        show_waiting();
        if (taken.needs_worker)
            tasks.spawn("delivery", work(key));
        return taken.taken;
    }

    void show_waiting() { in_memory.set(static_cast<double>(lanes.waiting())); }

    /// A lane's worker: lives as long as its lane has work.
    Task<> work(std::string key) {
        using namespace asio::experimental::awaitable_operators;
        for (bool rested = false;;) {
            const auto seen = halt.version();
            Lanes::Next next = lanes.next(key, clock.now(), rested);
            rested = next.wait.has_value();
            if (next.needs_worker)
                tasks.spawn("delivery", work(key));
            if (next.wait)
                co_await (timer.wait_until(*next.wait) ||
                          halt.wait(seen, std::chrono::steady_clock::time_point::max()));
            else if (next.jobs.empty())
                break;
            else if (store.health())
                co_await deliver(std::move(next.jobs));
            else
                leave(next.jobs);
        }
        show_waiting();
    }

    /// With the store ill, outcomes could not be recorded: the delivery stays owed until it healed.
    void leave(const std::vector<Job>& jobs) {
        for (const Job& job : jobs)
            lanes.leave(job);
        news.notify();
    }

    Task<> deliver(std::vector<Job> jobs) {
        const auto ended = [this](const Job& job, Courier::Follow follow) { heed(job, std::move(follow)); };
        if (jobs.front().too_old)
            co_await courier.expire(jobs.front(), ended);
        else
            co_await courier.deliver(jobs, ended);
    }

    void heed(const Job& job, Courier::Follow follow) {
        if (!job.too_old) {
            lanes.heed(job, follow.verdict, clock.now());
            open_breakers.set(static_cast<double>(lanes.open_breakers()));
        }
        if (lanes.settle(job))
            news.notify();
        for (auto& part : follow.deliveries)
            (void)take(std::move(part), Lanes::From::Memory);
        if (follow.again && *follow.again < next_look.load())
            news.notify();
    }

    /// Reads from the table what memory does not hold, each time it may be due.
    Task<> scan() {
        // Not open to total cancellation: Asio's || forwards only the first cancellation to its branches, so that an
        // early one would keep the winner from ending the loser. stop() wakes it by `news`.
        while (!stopping) {
            const auto seen = news.version();
            next_look = TimePoint::max();  // what becomes due from here on, this look may miss: it is news
            const auto taken = co_await take_due();
            tell_outage(taken);
            const TimePoint look = taken ? *taken : clock.now() + kLookAgainAfterFault;
            next_look = look;
            if (stopping || news.version() != seen)
                continue;
            using namespace asio::experimental::awaitable_operators;
            co_await (timer.wait_until(look) || news.wait(seen, std::chrono::steady_clock::time_point::max()));
        }
    }

    /// Once when it begins, and once when it is over.
    void tell_outage(const Result<TimePoint>& taken) {
        if (!taken && !outage)
            log::error("deliveries rest", {{"reason", taken.error().message}});
        if (taken && outage)
            log::info("deliveries go on");
        outage = !taken;
    }

    /// Takes on what is due and returns when to look again.
    Task<Result<TimePoint>> take_due() {
        const TimePoint now = clock.now();
        if (Status healthy = store.health(); !healthy)
            co_return healthy.error();
        if (Status followed = co_await follow_clock(now); !followed)
            co_return followed.error();
        auto skip = lanes.begin_scan();
        auto room = lanes.room();
        for (const std::string& key : unreadable)
            room[key] = 0;
        auto due = co_await store.deliveries().due(now, kScanned, std::move(skip), std::move(room));
        if (due)
            co_await learn_targets_of(due->items);
        if (due)
            for (auto& delivery : due->items)
                (void)take(std::move(delivery), Lanes::From::Table);
        lanes.end_scan();
        if (!due)
            co_return due.error();
        if (due->more)
            co_return now;
        auto next = co_await store.deliveries().next_due(now);
        if (!next)
            co_return next.error();
        if (*next)
            co_await note_clock(now);
        co_return std::min(next->value_or(TimePoint::max()), now + kLookAgainAfter);
    }

    /// While something waits for a time to come, so that the next start knows whether the clock was put back before it.
    Task<> note_clock(TimePoint now) {
        if (now - noted < kClockNotedEvery && noted <= now)
            co_return;
        if (co_await store.deliveries().note_clock(now))
            noted = now;
    }

    /// A clock that was put back would let everything wait until it shows the old time again: it is due now instead.
    Task<Status> follow_clock(TimePoint now) {
        if (now + kClockStep < latest) {
            const auto brought = co_await bring_forward(now);
            if (!brought)
                co_return brought.error();
            if (*brought > 0)
                log::warn("the clock was put back; what is owed is tried at once",
                          {{"seconds", std::chrono::duration_cast<std::chrono::seconds>(latest - now).count()},
                           {"deliveries", *brought}});
        }
        latest = now;
        co_return Status{};
    }

    /// How many. At most as many as there are now: what fails meanwhile is not to be tried again and again.
    Task<Result<std::size_t>> bring_forward(TimePoint now) {
        const auto all = co_await store.deliveries().count();
        if (!all)
            co_return all.error();
        std::size_t moved = 0;
        while (moved < *all) {
            const auto some = co_await store.deliveries().bring_forward(now);
            if (!some)
                co_return some.error();
            if (*some == 0)
                break;
            moved += *some;
        }
        co_return moved;
    }

    void know(const std::string& key, model::Target target) {
        const Target* found = targets.find(target.kind);
        lanes.know(key, std::move(target), found == nullptr ? Together{} : found->together());
    }

    /// A target may have been forgotten, and come back with a dead letter that was redriven.
    Task<> learn_targets_of(const std::vector<storage::StoredDelivery>& due) {
        const auto unknown = [this](const storage::StoredDelivery& delivery) { return !lanes.knows(delivery.target); };
        if (std::ranges::none_of(due, unknown))
            co_return;
        const Status learned = co_await learn_targets();
        if (!learned)
            co_return;
        for (const auto& delivery : due)
            if (unknown(delivery))
                unreadable.insert(delivery.target);
    }

    /// Makes the stored targets known.
    Task<Status> learn_targets() {
        auto stored = co_await store.deliveries().targets();
        if (!stored)
            co_return std::move(stored).error();
        for (const auto& [key, text] : *stored) {
            auto target = model::target_from_json(text);
            if (target)
                know(key, std::move(*target));
            else if (unreadable.insert(key).second)
                log::error("a stored target cannot be read; its deliveries stay owed",
                           {{"key", key}, {"reason", target.error().message}});
        }
        co_return Status{};
    }

    storage::Store& store;
    const Targets& targets;
    const Clock& clock;
    Timer& timer;
    Lanes lanes;
    Courier courier;
    metrics::Gauge& in_memory;
    metrics::Gauge& open_breakers;
    TimePoint latest;  // that the clock has shown; touched by start() and then by the scan only
    TimePoint noted;   // likewise: what was noted of it last
    Signal news;
    Signal halt;                       // wakes the workers that wait for the pace of their lane
    bool outage = false;               // touched by the scan only
    std::set<std::string> unreadable;  // keys of stored targets; touched by start() and then by the scan only
    std::atomic<TimePoint> next_look{TimePoint::max()};
    std::atomic<bool> stopping = false;
    TaskGroup tasks;  // last: its tasks use everything above
};

Dispatcher::Dispatcher(asio::any_io_executor executor, storage::Store& store, const Targets& targets,
                       const Clock& clock, Timer& timer, Random& random, DispatcherOptions options,
                       metrics::Registry& metrics)
    : state_{std::make_shared<State>(std::move(executor), store, targets, clock, timer, random, options, metrics)} {}

Dispatcher::~Dispatcher() = default;

void Dispatcher::observe(Observer& observer) { state_->courier.observe(observer); }

Task<Status> Dispatcher::start() {
    // What no rule has any more, and nothing is owed to, would otherwise be kept for ever.
    Status dropped = co_await state_->store.deliveries().drop_targets_except(state_->lanes.known());
    if (!dropped)
        co_return dropped;
    Status learned = co_await state_->learn_targets();
    if (!learned)
        co_return learned;
    const auto noted = co_await state_->store.deliveries().noted_clock();
    if (!noted)
        co_return noted.error();
    state_->latest = std::max(state_->latest, noted->value_or(TimePoint::min()));
    state_->tasks.spawn("delivery scan", state_->scan());
    co_return Status{};
}

Task<> Dispatcher::stop(Duration grace) {
    state_->stopping = true;
    state_->courier.stop();
    state_->lanes.close();
    state_->news.notify();
    state_->halt.notify();
    co_await state_->tasks.stop(grace);
}

Task<Status> Dispatcher::keep(std::vector<RuleTarget> targets) {
    std::vector<std::pair<std::string, std::string>> rows;
    for (const auto& of_rule : targets)
        rows.emplace_back(key_of(of_rule), model::to_json(of_rule.target));
    Status kept = co_await state_->store.deliveries().keep_targets(rows);
    if (!kept)
        co_return kept;
    for (std::size_t i = 0; i < targets.size(); ++i)
        state_->know(rows[i].first, std::move(targets[i].target));
    co_return Status{};
}

void Dispatcher::dispatch(storage::Outbox committed) {
    for (auto& event : committed) {
        const auto envelope = std::make_shared<const std::string>(std::move(event.envelope));
        for (auto& owed : event.deliveries) {
            if (!owed.ordered.empty()) {
                state_->news.notify();  // the table knows whether it is its turn
                continue;
            }
            if (state_->lanes.turns_away(owed.target))
                continue;
            (void)state_->take({.id = owed.id,
                                .event_id = event.id,
                                .bus = event.bus,
                                .ingested = event.ingested,
                                .envelope = envelope,
                                .hops = event.hops,
                                .trace_header = event.trace_header,
                                .target = std::move(owed.target),
                                .rule = std::move(owed.rule),
                                .part = {},
                                .attempts = 0,
                                .due = event.ingested},
                               Lanes::From::Memory);
        }
    }
}

void Dispatcher::rescan() { state_->news.notify(); }

void Dispatcher::forget() {
    state_->lanes.forget();
    state_->halt.notify();
    state_->show_waiting();
}

}  // namespace rialto::delivery
