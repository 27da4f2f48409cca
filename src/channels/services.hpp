#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <utility>

#include "channels/audience.hpp"
#include "rialto/async/task_group.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/metrics.hpp"
#include "rialto/channels/channels.hpp"
#include "rialto/storage/channel_store.hpp"

namespace rialto::channels {

struct Figures {
    explicit Figures(metrics::Registry& registry);

    metrics::Counter& published;
    metrics::Counter& pushed;
    metrics::Gauge& subscribers;
    metrics::Counter& recovered;
    metrics::Counter& not_recovered;
};

/// What all channels use. Thread-safe.
struct Services {
    Services(asio::any_io_executor ex, storage::ChannelStore& s, const Clock& c, ChannelLimits l, metrics::Registry& r)
        : executor{std::move(ex)}, store{s}, clock{c}, limits{l}, figures{r}, tasks{executor} {}

    const asio::any_io_executor executor;
    storage::ChannelStore& store;
    const Clock& clock;
    const ChannelLimits limits;
    const Figures figures;
    std::atomic<bool> stopping = false;
    std::atomic<MemberId> next_member = 1;
    TaskGroup tasks;  // last: they use everything above
};

}  // namespace rialto::channels
