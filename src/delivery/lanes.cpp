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

void Lanes::know(const std::string& key, model::Target target) {
    const std::lock_guard lock{mutex_};
    Lane& lane = lanes_[key];
    if (!lane.target)
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
    lane.push(std::move(delivery));
    if (lane.workers >= concurrency_)
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

std::optional<Job> Lanes::next(const std::string& key) {
    const std::lock_guard lock{mutex_};
    Lane& lane = lanes_.find(key)->second;
    if (closed_ || lane.waiting.empty()) {
        --lane.workers;
        return std::nullopt;
    }
    return Job{lane.pop(), lane.target};
}

bool Lanes::settle(const Job& job) {
    const std::lock_guard lock{mutex_};
    here_.erase(job.delivery.id);
    if (scanning_)
        settled_during_scan_.insert(job.delivery.id);
    remember_first(job.delivery);
    Lane& lane = lanes_.find(job.delivery.target)->second;
    if (!lane.turned_away || lane.waiting.size() > queue_ / 2 || lane.bytes > kLaneBytes / 2)
        return false;
    lane.turned_away = false;
    return true;
}

bool Lanes::is_full(const Lane& lane) const { return lane.waiting.size() >= queue_ || lane.bytes >= kLaneBytes; }

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

std::vector<std::string> Lanes::full() {
    const std::lock_guard lock{mutex_};
    std::vector<std::string> keys;
    for (auto& [key, lane] : lanes_) {
        if (!is_full(lane))
            continue;
        lane.turned_away = true;
        keys.push_back(key);
    }
    return keys;
}

std::size_t Lanes::waiting() const {
    const std::lock_guard lock{mutex_};
    return here_.size();
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
