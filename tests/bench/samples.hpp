#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <vector>

namespace rialto::bench {

using Clock = std::chrono::steady_clock;

inline double milliseconds(Clock::duration time) { return std::chrono::duration<double, std::milli>(time).count(); }
inline double seconds(Clock::duration time) { return std::chrono::duration<double>(time).count(); }

/// What the calling thread has had of a processor.
inline double thread_cpu_seconds() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

/// The value that `part` of the samples (0 to 1) do not exceed; 0 if there are none.
inline double quantile(std::vector<double> samples, double part) {
    if (samples.empty())
        return 0;
    const auto last = static_cast<double>(samples.size() - 1);
    const auto at = samples.begin() + static_cast<std::ptrdiff_t>(part * last);
    std::ranges::nth_element(samples, at);
    return *at;
}

inline double median(std::vector<double> samples) { return quantile(std::move(samples), 0.5); }

}  // namespace rialto::bench
