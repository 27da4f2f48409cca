#include "queues/line.hpp"

#include <chrono>
#include <limits>
#include <utility>

namespace rialto::queues {

void Line::wake(std::size_t most) {
    const std::lock_guard lock{mutex_};
    wake_locked(most);
}

void Line::wake_all() { wake(std::numeric_limits<std::size_t>::max()); }

void Line::wake_locked(std::size_t most) {
    for (auto at = places_.begin(); most > 0 && at != places_.end(); ++at) {
        PlaceInLine& place = **at;
        if (std::exchange(place.awake_, true))
            continue;
        place.news_.notify();
        --most;
    }
}

PlaceInLine::PlaceInLine(std::shared_ptr<Line> line) : line_{std::move(line)} {
    const std::lock_guard lock{line_->mutex_};
    position_ = line_->places_.insert(line_->places_.end(), this);
}

PlaceInLine::~PlaceInLine() {
    const std::lock_guard lock{line_->mutex_};
    const bool was_first = line_->places_.front() == this;
    line_->places_.erase(position_);
    if (was_first || awake_ || !content_)
        line_->wake_locked(1);
}

void PlaceInLine::look() {
    const std::lock_guard lock{line_->mutex_};
    awake_ = false;
    content_ = false;
    seen_ = news_.version();
}

void PlaceInLine::found_nothing() {
    const std::lock_guard lock{line_->mutex_};
    content_ = true;
}

bool PlaceInLine::is_first() const {
    const std::lock_guard lock{line_->mutex_};
    return line_->places_.front() == this;
}

Task<> PlaceInLine::wait() { (void)co_await news_.wait(seen_, std::chrono::steady_clock::time_point::max()); }

}  // namespace rialto::queues
