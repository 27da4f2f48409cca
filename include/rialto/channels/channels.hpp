#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rialto/async/task.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/metrics.hpp"
#include "rialto/base/result.hpp"
#include "rialto/pattern/pattern.hpp"
#include "rialto/storage/channel_store.hpp"

/// Named streams of events for whoever listens at the moment, each with a bounded durable history for whoever was away.
namespace rialto::channels {

/// 1 to 64 of [A-Za-z0-9._-].
bool is_channel_name(std::string_view name);

/// One entry of a channel on its way to the subscribers: shared by all of them.
struct Pushed {
    std::string channel;
    std::int64_t offset = 0;
    std::string payload;  ///< JSON text.
};

/// Hears what is pushed to one subscription.
class Subscriber {
public:
    virtual ~Subscriber() = default;

    /// Called on the channel's strand, in the order of the offsets: must be quick, and safe against the subscriber's
    /// own thread. A call may still be under way when the Subscription has gone.
    virtual void push(const std::shared_ptr<const Pushed>& pushed) noexcept = 0;
};

/// Where a client was in a channel: it has seen everything up to `offset`.
struct Position {
    std::optional<std::string> epoch;  ///< Nothing: whichever the history has now.
    std::int64_t offset = 0;
};

struct Joined {
    std::string epoch;
    std::int64_t offset = 0;  ///< The subscription gets what comes after this.
    bool recovered = false;   ///< `since` was asked for and the history reaches back to it: nothing was missed.
};

struct ChannelLimits {
    storage::Retention history{.entries = 1000, .age = 24h};
    std::size_t max_channels =
        1000;                      ///< In use at a time, but for reserved ones; beyond it join() answers LimitExceeded.
    std::size_t pending = 10'000;  ///< Entries of one channel that wait for the store; beyond it, Unavailable.
};

/// One subscriber's place in a channel. Ends the subscription when it goes. Use it from one coroutine at a time.
class Subscription {
public:
    struct State;
    explicit Subscription(std::unique_ptr<State> state);
    ~Subscription();
    Subscription(Subscription&&) noexcept;
    Subscription& operator=(Subscription&&) noexcept;

    const Joined& joined() const;

    /// What the subscriber has not seen yet and its filter matches, oldest first, some at a time, so that the caller
    /// sets the pace. Call it until it says `live`: from then on Subscriber::push() gets what follows, with none lost
    /// and none twice in between, and `entries` is empty. Fails with Conflict if the history was cut before it was
    /// read, and with Unavailable as the store does.
    struct Page {
        std::vector<std::shared_ptr<const Pushed>> entries;
        bool live = false;
    };
    Task<Result<Page>> catch_up();

private:
    std::unique_ptr<State> state_;
};

/// Every channel of the server. Thread-safe; each channel lives on a strand of its own, so that a busy one delays no
/// other.
///
/// An entry is pushed only after it is durable, in the order of the offsets. Filters are patterns over the payload, all
/// of a channel matched in one go; a payload that is not a JSON object matches no filter, and goes to the subscriptions
/// that have none.
class Channels {
public:
    /// All references must outlive the channels.
    Channels(asio::any_io_executor executor, storage::ChannelStore& store, const Clock& clock, ChannelLimits limits,
             metrics::Registry& registry);
    ~Channels();
    Channels(const Channels&) = delete;
    Channels& operator=(const Channels&) = delete;

    /// Lets batches under way end and answers what still waits with Unavailable. Call once, after the last subscription
    /// has gone; publish() and join() fail from then on.
    Task<> stop();

    /// Channels that max_channels is not about, in place of those named before: those that the configuration publishes
    /// to, which clients must not be able to keep others out of.
    void reserve(std::vector<std::string> names);

    /// Appends `payload` (JSON text) to the history and pushes it; gives its offset. An `event_id` that the history has
    /// already keeps its offset and is not pushed again. InvalidArgument for a bad name or payload. After Unavailable
    /// the entry may be in the history nevertheless: publish it again with the same `event_id`.
    Task<Result<std::int64_t>> publish(std::string channel, std::string event_id, std::string payload);

    /// The same for several, in their order; an answer for each. Of one that is refused the others know nothing.
    struct Entry {
        std::string event_id;
        std::string payload;
    };
    using Offsets = std::vector<Result<std::int64_t>>;
    Task<Offsets> publish(std::string channel, std::vector<Entry> entries);

    /// Subscribes to a channel, which need not have anything in it. With `since`, what came after that position is
    /// caught up on if the history (same epoch) still has it all; if not, `recovered` is false and the subscription
    /// begins now. InvalidArgument for a bad name, LimitExceeded for too many channels, Unavailable as the store.
    Task<Result<Subscription>> join(std::string channel, std::shared_ptr<Subscriber> subscriber,
                                    std::optional<pattern::Pattern> filter, std::optional<Position> since);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace rialto::channels
