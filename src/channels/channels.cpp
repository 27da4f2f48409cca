#include "rialto/channels/channels.hpp"

#include <algorithm>
#include <iterator>
#include <mutex>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "channels/channel.hpp"
#include "channels/subscription.hpp"

namespace rialto::channels {
namespace {

constexpr std::size_t kMaxName = 64;
constexpr auto kGrace = std::chrono::seconds{10};

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
}

Error bad_name() { return {Errc::InvalidArgument, "a channel's name is 1 to 64 of A-Z, a-z, 0-9, '.', '_' and '-'"}; }

}  // namespace

bool is_channel_name(std::string_view name) {
    return !name.empty() && name.size() <= kMaxName && std::ranges::all_of(name, is_name_character);
}

Figures::Figures(metrics::Registry& registry)
    : published{registry.counter("rialto_channel_published_total", "Entries added to the history of a channel.")},
      pushed{registry.counter("rialto_channel_pushed_total", "Entries pushed to live subscriptions.")},
      subscribers{registry.gauge("rialto_channel_subscribers", "Live subscriptions of all channels.")},
      recovered{registry.counter("rialto_channel_recovered_total", "Subscriptions that asked for what they missed.",
                                 {{"result", "recovered"}})},
      not_recovered{registry.counter("rialto_channel_recovered_total", "Subscriptions that asked for what they missed.",
                                     {{"result", "lost"}})} {}

struct Channels::State {
    enum class Bound { Limited, Unlimited };

    std::shared_ptr<Channel> find(const std::string& name, Bound bound);
    std::size_t count_limited() const;
    void drop_unused();
    std::vector<std::shared_ptr<Channel>> all();

    std::shared_ptr<Services> services;
    std::mutex mutex;  // guards what follows
    std::unordered_map<std::string, std::shared_ptr<Channel>> channels;
    std::unordered_set<std::string> reserved;  // names
};

/// Null if there are too many.
std::shared_ptr<Channel> Channels::State::find(const std::string& name, Bound bound) {
    const std::lock_guard lock{mutex};
    if (const auto found = channels.find(name); found != channels.end())
        return found->second;
    if (channels.size() >= services->limits.max_channels)
        drop_unused();
    if (bound == Bound::Limited && !reserved.contains(name) && count_limited() >= services->limits.max_channels)
        return nullptr;
    return channels.emplace(name, std::make_shared<Channel>(services, name)).first->second;
}

std::size_t Channels::State::count_limited() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(channels, [this](const auto& entry) { return !reserved.contains(entry.first); }));
}

void Channels::State::drop_unused() {
    // Whoever uses a channel shares it, and can only get it from here: one owner means that nobody does.
    std::erase_if(channels, [](const auto& entry) { return entry.second.use_count() == 1; });
}

std::vector<std::shared_ptr<Channel>> Channels::State::all() {
    const std::lock_guard lock{mutex};
    std::vector<std::shared_ptr<Channel>> result;
    for (const auto& [name, channel] : channels)
        result.push_back(channel);
    return result;
}

Channels::Channels(asio::any_io_executor executor, storage::ChannelStore& store, const Clock& clock,
                   ChannelLimits limits, metrics::Registry& registry)
    : state_{std::make_shared<State>()} {
    state_->services = std::make_shared<Services>(std::move(executor), store, clock, limits, registry);
}

Channels::~Channels() = default;

void Channels::reserve(std::vector<std::string> names) {
    const std::lock_guard lock{state_->mutex};
    state_->reserved = {std::make_move_iterator(names.begin()), std::make_move_iterator(names.end())};
}

Task<> Channels::stop() {
    const auto state = state_;
    state->services->stopping = true;
    co_await state->services->tasks.stop(kGrace);
    for (const auto& channel : state->all())
        co_await channel->abandon();
}

Task<Result<std::int64_t>> Channels::publish(std::string channel, std::string event_id, std::string payload) {
    std::vector<Entry> one;
    one.push_back({std::move(event_id), std::move(payload)});
    auto offsets = co_await publish(std::move(channel), std::move(one));
    co_return std::move(offsets.front());
}

Task<Channels::Offsets> Channels::publish(std::string channel, std::vector<Entry> entries) {
    if (!is_channel_name(channel))
        co_return Offsets(entries.size(), Result<std::int64_t>{bad_name()});
    // Who publishes was configured to; clients that subscribe must not be able to keep it out.
    const auto found = state_->find(channel, State::Bound::Unlimited);
    co_return co_await found->publish(std::move(entries));
}

Task<Result<Subscription>> Channels::join(std::string channel, std::shared_ptr<Subscriber> subscriber,
                                          std::optional<pattern::Pattern> filter, std::optional<Position> since) {
    if (!is_channel_name(channel))
        co_return bad_name();
    if (state_->services->stopping)
        co_return Error{Errc::Unavailable, "the server stops"};
    const auto found = state_->find(channel, State::Bound::Limited);
    if (!found)
        co_return Error{Errc::LimitExceeded, "too many channels are in use"};
    auto joined = co_await found->place(std::move(since));
    if (!joined)
        co_return joined.error();
    co_return Subscription{
        std::make_unique<Subscription::State>(found, std::move(subscriber), std::move(filter), std::move(*joined))};
}

}  // namespace rialto::channels
