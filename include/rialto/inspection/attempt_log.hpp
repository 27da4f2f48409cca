#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "rialto/delivery/observer.hpp"

namespace rialto::inspection {

/// An attempt at a delivery, and its place in the log.
struct LoggedAttempt {
    std::int64_t cursor = 0;  ///< Ascending from 1.
    delivery::AttemptReport report;
};

/// Which attempts are meant: those for which all that is given holds.
struct AttemptFilter {
    std::optional<std::string> event_id{};
    std::optional<std::string> bus{};
    std::optional<std::string> rule{};    ///< ARN.
    std::optional<std::string> target{};  ///< Its id in its rule.
    std::optional<delivery::AttemptReport::Result> outcome{};
    std::optional<storage::DeliveryId> delivery{};
    std::optional<std::int64_t> before{};  ///< Only those with a lower cursor.
    std::size_t limit = 100;
};

/// The attempts that were made of late, whatever came of them. In memory only: a restart empties it, but what failed is
/// stored with its delivery as well. The oldest go first. Thread-safe.
class AttemptLog final : public delivery::Observer {
public:
    /// Keeps at most so many. 0: none.
    explicit AttemptLog(std::size_t most) : most_{most} {}

    void attempted(delivery::AttemptReport report) override;

    /// Newest first.
    std::vector<LoggedAttempt> find(const AttemptFilter& filter) const;

    /// Forgets all. Cursors go on ascending.
    void clear();

private:
    const std::size_t most_;
    mutable std::mutex mutex_;  // guards what follows
    std::deque<LoggedAttempt> attempts_;
    std::int64_t last_ = 0;
};

}  // namespace rialto::inspection
