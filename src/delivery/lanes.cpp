#include "delivery/lanes.hpp"

#include <algorithm>
#include <utility>

namespace rialto::delivery {
namespace {

/// So many settled first attempts are remembered: more than can be on their way from their commit to dispatch().
constexpr std::size_t kSettledFirst = 20'000;

/// A lane is full at so many bytes of events, too.
constexpr std::size_t kLaneBytes = std::size_t{16} << 20U;

}  // namespace

void Lanes::know(const std::string& key, model::Target target, Together together) {
    const std::lock_guard lock{mutex_};
    Lane& lane = lanes_[key];
    if (lane.target)
        return;
    lane.pace = Pace{target.flow.rate, target.flow.breaker.value_or(limits_.breaker)};
    lane.concurrency = target.flow.concurrency == 0 ? limits_.concurrency : target.flow.concurrency;
    if (together.attempts > 1 && target.flow.concurrency == 0) {
        lane.together = together;
        lane.concurrency = std::min(lane.concurrency, together.batches);
    }
    lane.target = std::make_shared<const model::Target>(std::move(target));
}

bool Lanes::knows(const std::string& key) const {
    const std::lock_guard lock{mutex_};
    return lanes_.contains(key);
}

std::vector<std::string> Lanes::known() const {
    const std::lock_guard lock{mutex_};
    std::vector<std::string> keys;
    for (const auto& [key, lane] : lanes_)
        keys.push_back(key);
    return keys;
}

Lanes::Taken Lanes::take(storage::StoredDelivery delivery, From from) {
    const std::lock_guard lock{mutex_};
    const auto found = lanes_.find(delivery.target);
    if (closed_ || found == lanes_.end() || here_.contains(delivery.id) || settled_during_scan_.contains(delivery.id))
        return {};
    if (from == From::Table && scan_is_void_)
        return {};
    if (from == From::Memory && settled_first_.contains(delivery.id))
        return {};
    Lane& lane = found->second;
    if (is_full(lane)) {
        lane.turned_away = true;
        return {};
    }
    here_.insert(delivery.id);
    push(lane, std::move(delivery));
    if (lane.workers >= lane.concurrency || lane.resting)
        return {.taken = true};
    ++lane.workers;
    return {.taken = true, .needs_worker = true};
}

bool Lanes::turns_away(const std::string& key) {
    const std::lock_guard lock{mutex_};
    const auto found = lanes_.find(key);
    if (found == lanes_.end() || !is_full(found->second))
        return false;
    found->second.turned_away = true;
    return true;
}

Lanes::Next Lanes::next(const std::string& key, TimePoint now, bool rested) {
    const std::lock_guard lock{mutex_};
    Lane& lane = lanes_.find(key)->second;
    lane.resting = lane.resting && !rested;
    if (closed_ || lane.waiting.empty()) {
        --lane.workers;
        return {};
    }
    if (const TimePoint ready = lane.pace.ready(now); ready > now)
        return rest(lane, ready, now);
    Next next;
    std::size_t bytes = 0;
    do {
        lane.pace.begin(now);
        next.jobs.push_back({.delivery = pop(lane), .target = lane.target});
        const auto& envelope = next.jobs.back().delivery.envelope;
        bytes += envelope ? envelope->size() : 0;
    } while (next.jobs.size() < lane.together.attempts && bytes < lane.together.bytes && !lane.waiting.empty() &&
             lane.pace.ready(now) <= now);
    // It goes on at once, or waits for its turn, however long the attempts under way take.
    const TimePoint ready = lane.pace.ready(now);
    const bool has_use = ready <= now || (!lane.resting && ready != TimePoint::max());
    if (!lane.waiting.empty() && lane.workers < lane.concurrency && has_use) {
        ++lane.workers;
        next.needs_worker = true;
    }
    return next;
}

/// One worker waits for the pace; the others end. What gets too old meanwhile is given up.
Lanes::Next Lanes::rest(Lane& lane, TimePoint ready, TimePoint now) {
    const storage::StoredDelivery& first = lane.waiting.front();
    const TimePoint too_old = first.ingested + lane.target->retry.max_age + Duration{1};
    if (lane.pace.is_open() && too_old <= now) {
        const Verdict last{.failed = true, .code = lane.pace.code(), .message = lane.pace.message()};
        return {.jobs = {Job{.delivery = pop(lane), .target = lane.target, .too_old = last}}};
    }
    if (lane.resting || ready == TimePoint::max()) {
        --lane.workers;
        return {};
    }
    lane.resting = true;
    return {.wait = lane.pace.is_open() ? std::min(ready, too_old) : ready};
}

void Lanes::heed(const Job& job, const Verdict& verdict, TimePoint now) {
    const std::lock_guard lock{mutex_};
    Pace& pace = lanes_.find(job.delivery.target)->second.pace;
    open_ -= pace.is_open() ? 1 : 0;
    pace.heed(verdict, now);
    open_ += pace.is_open() ? 1 : 0;
}

void Lanes::leave(const Job& job) {
    {
        const std::lock_guard lock{mutex_};
        lanes_.find(job.delivery.target)->second.pace.take_back();
    }
    (void)settle(job);
}

bool Lanes::settle(const Job& job) {
    const std::lock_guard lock{mutex_};
    here_.erase(job.delivery.id);
    if (scanning_)
        settled_during_scan_.insert(job.delivery.id);
    remember_first(job.delivery);
    Lane& lane = lanes_.find(job.delivery.target)->second;
    if (!lane.turned_away || lane.waiting.size() > limits_.queue / 2 || lane.bytes > kLaneBytes / 2)
        return !job.delivery.ordered.empty();
    lane.turned_away = false;
    return true;
}

bool Lanes::is_full(const Lane& lane) const {
    return lane.waiting.size() >= limits_.queue || lane.bytes >= kLaneBytes ||
           (bytes_ >= limits_.bytes && !lane.waiting.empty());
}

void Lanes::remember_first(const storage::StoredDelivery& delivery) {
    if (delivery.attempts > 0 || !settled_first_.insert(delivery.id).second)
        return;
    settled_first_order_.push_back(delivery.id);
    if (settled_first_order_.size() <= kSettledFirst)
        return;
    settled_first_.erase(settled_first_order_.front());
    settled_first_order_.pop_front();
}

std::vector<storage::DeliveryId> Lanes::begin_scan() {
    const std::lock_guard lock{mutex_};
    scanning_ = true;
    scan_is_void_ = false;
    std::vector<storage::DeliveryId> ids{here_.begin(), here_.end()};
    std::ranges::sort(ids);
    return ids;
}

void Lanes::end_scan() {
    const std::lock_guard lock{mutex_};
    scanning_ = false;
    settled_during_scan_.clear();
}

storage::DeliveryStore::Room Lanes::room() {
    const std::lock_guard lock{mutex_};
    storage::DeliveryStore::Room room;
    for (auto& [key, lane] : lanes_) {
        if (lane.waiting.empty()) {
            if (bytes_ >= limits_.bytes)
                room.emplace(key, 1);
            continue;
        }
        // Little room is as good as none: a scan for each place that is left would never rest.
        const bool full = is_full(lane) || lane.waiting.size() > limits_.queue - limits_.queue / 4 ||
                          lane.bytes > kLaneBytes - kLaneBytes / 4;
        lane.turned_away = lane.turned_away || full;
        room.emplace(key, full ? 0 : limits_.queue - lane.waiting.size());
    }
    return room;
}

std::size_t Lanes::waiting() const {
    const std::lock_guard lock{mutex_};
    return here_.size();
}

std::size_t Lanes::open_breakers() const {
    const std::lock_guard lock{mutex_};
    return open_;
}

void Lanes::forget() {
    const std::lock_guard lock{mutex_};
    scan_is_void_ = scanning_;
    drop_waiting();
}

void Lanes::close() {
    const std::lock_guard lock{mutex_};
    closed_ = true;
    drop_waiting();
}

/// Call with the mutex locked.
void Lanes::drop_waiting() {
    for (auto& [key, lane] : lanes_) {
        for (const auto& delivery : lane.waiting)
            here_.erase(delivery.id);
        lane.waiting.clear();
        lane.bytes = 0;
    }
    bytes_ = 0;
}

void Lanes::push(Lane& lane, storage::StoredDelivery delivery) {
    bytes_ -= lane.bytes;
    lane.push(std::move(delivery));
    bytes_ += lane.bytes;
}

storage::StoredDelivery Lanes::pop(Lane& lane) {
    bytes_ -= lane.bytes;
    storage::StoredDelivery first = lane.pop();
    bytes_ += lane.bytes;
    return first;
}

// Parts of one delivery stand together and share its text, which then counts once.

void Lanes::Lane::push(storage::StoredDelivery delivery) {
    if (delivery.envelope && (waiting.empty() || waiting.back().envelope != delivery.envelope))
        bytes += delivery.envelope->size();
    waiting.push_back(std::move(delivery));
}

storage::StoredDelivery Lanes::Lane::pop() {
    storage::StoredDelivery first = std::move(waiting.front());
    waiting.pop_front();
    if (first.envelope && (waiting.empty() || waiting.front().envelope != first.envelope))
        bytes -= first.envelope->size();
    return first;
}

}  // namespace rialto::delivery
