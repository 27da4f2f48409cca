#include "http/watchdog.hpp"

#include <algorithm>
#include <utility>

namespace rialto::http {

Watchdog::Watchdog(const asio::any_io_executor& strand, Clock::duration tick, std::function<void()> on_expiry)
    : timer_{strand},
      tick_{std::max<Clock::duration>(tick, std::chrono::milliseconds{1})},
      on_expiry_{std::move(on_expiry)} {}

void Watchdog::start(std::shared_ptr<void> keep) {
    keep_ = std::move(keep);
    arm();
}

void Watchdog::stop() {
    timer_.cancel();
    keep_.reset();
}

void Watchdog::arm() {
    if (!keep_)
        return;
    const auto now = Clock::now();
    const auto next = now + tick_;
    timer_.expires_at(deadline_ > now ? std::min(deadline_, next) : next);
    timer_.async_wait([this, keep = keep_](boost::system::error_code error) {
        if (error || !keep_)
            return;  // set anew, or stopped
        if (expired())
            on_expiry_();
        arm();
    });
}

}  // namespace rialto::http
