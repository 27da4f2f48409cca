#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "rialto/base/clock.hpp"
#include "rialto/model/rule.hpp"

namespace rialto::delivery {

/// How an attempt ended, as far as it says something of the target.
struct Verdict {
    bool failed = false;  ///< And may be tried again: what fails for good is the event's fault.
    Duration pause{0};    ///< The target asked to be left alone for so long.
    std::string code{};   ///< Of a failure.
    std::string message{};
};

/// When a target may be asked next: its rate, its circuit breaker, and the pauses that it asks for.
///
/// The breaker is open after so many failures in a row; when its wait is over one attempt is made, and nothing else
/// until that has ended. A clock that was put back makes no wait longer than it was. Not thread-safe.
class Pace {
public:
    Pace() = default;
    Pace(std::size_t rate, model::Breaker breaker);

    /// When the next attempt may begin: `now` or before it if at once, TimePoint::max() if another one has to end
    /// first.
    TimePoint ready(TimePoint now) const;

    /// An attempt begins, which ready() allowed.
    void begin(TimePoint now);

    /// An attempt that had begun is not made after all.
    void take_back() { probing_ = false; }

    /// An attempt has ended.
    void heed(const Verdict& verdict, TimePoint now);

    bool is_open() const { return open_; }
    /// Of the last failure.
    const std::string& code() const { return code_; }
    const std::string& message() const { return message_; }

private:
    using Nanos = std::int64_t;

    Nanos interval_ = 0;  // between two attempts; 0: none
    Nanos next_ = 0;      // since 1970: when the rate allows the next attempt
    model::Breaker breaker_;
    int failures_ = 0;  // in a row
    bool open_ = false;
    bool probing_ = false;
    TimePoint opens_until_;
    Duration pause_{0};
    TimePoint paused_until_;
    std::string code_;
    std::string message_;
};

}  // namespace rialto::delivery
