#pragma once

#include <memory>

#include "rialto/async/timer.hpp"
#include "rialto/base/clock.hpp"

namespace rialto::app {

/// The clock that the whole server goes by, and its timer: the system's, or one that can be put forward.
class Time {
public:
    explicit Time(bool is_virtual) {
        if (is_virtual)
            ahead_ = std::make_unique<Ahead>(system_);
    }

    const Clock& clock() const { return ahead_ ? static_cast<const Clock&>(ahead_->clock) : system_; }
    Timer& timer() { return ahead_ ? static_cast<Timer&>(ahead_->timer) : system_timer_; }

    /// Null if time cannot be put forward.
    OffsetTimer* forward() { return ahead_ ? &ahead_->timer : nullptr; }

private:
    struct Ahead {
        explicit Ahead(const Clock& base) : clock{base} {}
        OffsetClock clock;
        OffsetTimer timer{clock};
    };

    SystemClock system_;
    SystemTimer system_timer_{system_};
    std::unique_ptr<Ahead> ahead_;
};

}  // namespace rialto::app
