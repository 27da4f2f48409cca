#pragma once

#include <chrono>

#include "rialto/base/metrics.hpp"
#include "rialto/base/result.hpp"

namespace rialto::mail {

/// What became of the mails, for Prometheus. Thread-safe; copies count for the same figures.
class Figures {
public:
    /// `registry` must outlive it.
    explicit Figures(metrics::Registry& registry);

    /// Counts one mail by its outcome.
    void count(const Status& outcome);

    /// The time that sending one took, the wait for a thread not included.
    void observe(std::chrono::steady_clock::duration elapsed);

private:
    metrics::Counter& sent_;
    metrics::Counter& failed_temporarily_;
    metrics::Counter& failed_permanently_;
    metrics::Histogram& seconds_;
};

}  // namespace rialto::mail
