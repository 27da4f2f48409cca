#include "channels/channel.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/cancellation_state.hpp>
#include <iterator>
#include <utility>

#include "rialto/base/crash_point.hpp"
#include "rialto/json/value.hpp"

namespace rialto::channels {
namespace {

constexpr std::size_t kBatch = 256;
constexpr std::size_t kPage = 128;

Error stopping() { return {Errc::Unavailable, "the server stops"}; }

bool reaches(const storage::ChannelState& state, const Position& since) {
    const bool same_history = !since.epoch || *since.epoch == state.epoch;
    return same_history && since.offset >= state.first - 1 && since.offset <= state.last;
}

}  // namespace

/// What was published in one call: answered together.
struct Channel::Round {
    Round(std::size_t count, Answer<Channels::Offsets> answer)
        : offsets(count, Result<std::int64_t>{0}), open{count}, done{std::move(answer)} {}

    Channels::Offsets offsets;
    std::atomic<std::size_t> open;  // those without an answer
    Answer<Channels::Offsets> done;
};

void Channel::Waiting::done(Result<std::int64_t> offset) const {
    round->offsets[place] = std::move(offset);
    if (--round->open == 0)
        round->done(std::move(round->offsets));
}

Channel::Channel(std::shared_ptr<Services> services, std::string name)
    : services_{std::move(services)}, name_{std::move(name)}, strand_{asio::make_strand(services_->executor)} {}

Task<Channels::Offsets> Channel::publish(std::vector<Channels::Entry> entries) {
    if (entries.empty())
        co_return Channels::Offsets{};
    auto start = [this, &entries](Answer<Channels::Offsets> done) {
        const auto round = std::make_shared<Round>(entries.size(), std::move(done));
        Batch good;
        for (std::size_t i = 0; i < entries.size(); ++i) {
            auto& [id, payload] = entries[i];
            const auto value = json::parse(payload, {.reject_duplicate_keys = false});
            Waiting waiting{{.event_id = std::move(id), .payload = std::move(payload)}, round, i};
            if (value)
                good.push_back(std::move(waiting));
            else
                waiting.done(Error{value.error()}.within("the payload is not JSON"));
        }
        if (good.empty())
            return;
        asio::post(strand_, [self = shared_from_this(), good = std::move(good)]() mutable {
            for (Waiting& waiting : good)
                self->enqueue(std::move(waiting));
        });
    };
    co_return co_await await_answer<Channels::Offsets>(start);
}

void Channel::enqueue(Waiting waiting) {
    if (services_->stopping)
        return waiting.done(stopping());
    if (pending_.size() >= services_->limits.pending)
        return waiting.done(Error{Errc::Unavailable, "channel " + name_ + ": too much waits to be stored"});
    pending_.push_back(std::move(waiting));
    if (draining_)
        return;
    draining_ = true;
    services_->tasks.spawn("channel " + name_, drain(shared_from_this()));
}

Task<> Channel::drain(std::shared_ptr<Channel> self) {
    // A batch under way is brought to its end; take() gives no other once the server stops.
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    auto take_all = [self] { return self->take(); };
    for (;;) {
        auto batch = co_await on_strand(strand_, take_all);
        if (batch.empty())
            co_return;
        Places places;
        const Status appended = co_await append(batch, places);
        for (std::size_t i = 0; i < batch.size(); ++i) {
            if (appended)
                batch[i].done(places[i].offset);
            else
                batch[i].done(appended.error());
        }
    }
}

Channel::Batch Channel::take() {
    if (services_->stopping)
        for (auto& waiting : std::exchange(pending_, {}))
            waiting.done(stopping());
    const auto count = static_cast<std::ptrdiff_t>(std::min(pending_.size(), kBatch));
    const auto end = pending_.begin() + count;
    Batch batch{std::move_iterator{pending_.begin()}, std::move_iterator{end}};
    pending_.erase(pending_.begin(), end);
    draining_ = !batch.empty();
    return batch;
}

/// An entry whose commit was in doubt may be durable and never have been pushed. It shows when its publisher tries
/// again, or when the next offset leaves a gap, and is then pushed from the store, in its order.
Task<Status> Channel::append(Batch& batch, Places& places) {
    const Status loaded = co_await load();
    if (!loaded)
        co_return loaded;
    std::vector<storage::ChannelEntry> entries;
    entries.reserve(batch.size());
    for (const auto& waiting : batch)
        entries.push_back(waiting.entry);
    auto appended =
        co_await services_->store.append(name_, std::move(entries), services_->clock.now(), services_->limits.history);
    crash_point("channel.unpushed");
    if (!appended)
        co_return appended.error();
    if (appended->size() != batch.size())
        co_return Error{Errc::Internal, "channel " + name_ + ": the store lost count of a batch"};
    places = std::move(*appended);

    auto push_if_fits = [this, &batch, &places] {
        const bool fit = fits(places);
        if (fit)
            push_new(batch, places);
        return fit;
    };
    const bool pushed = co_await on_strand(strand_, push_if_fits);
    if (pushed)
        co_return Status{};
    const auto until = std::ranges::max(places, {}, &storage::ChannelStore::Appended::offset).offset;
    co_return co_await push_from_store(until);
}

bool Channel::fits(const Places& places) const {
    auto last = last_;
    for (const auto& [offset, fresh] : places) {
        if (offset > last + 1)
            return false;
        last = std::max(last, offset);
    }
    return true;
}

void Channel::push_new(Batch& batch, const Places& places) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (places[i].fresh)
            services_->figures.published.add();
        if (places[i].offset <= last_)
            continue;
        batch[i].entry.offset = places[i].offset;
        push(to_pushed(std::move(batch[i].entry)));
    }
}

Task<Status> Channel::push_from_store(std::int64_t until) {
    auto edge = [this] { return last_; };
    auto last = co_await on_strand(strand_, edge);
    while (last < until) {
        auto page = co_await read_after(last);
        if (!page)
            co_return page.error();
        if (page->empty())
            co_return Error{Errc::Internal, "channel " + name_ + ": an appended entry is not in the history"};
        auto push_all = [this, &page] {
            for (auto& entry : *page)
                push(std::move(entry));
            return last_;
        };
        last = co_await on_strand(strand_, push_all);
    }
    co_return Status{};
}

void Channel::push(std::shared_ptr<const Pushed> entry) {
    if (entry->offset != last_ + 1)  // The history was cut; Recent has no gaps.
        recent_ = {};
    last_ = entry->offset;
    services_->figures.pushed.add(static_cast<double>(audience_.push(entry)));
    recent_.add(std::move(entry));
}

std::shared_ptr<const Pushed> Channel::to_pushed(storage::ChannelEntry entry) const {
    return std::make_shared<const Pushed>(
        Pushed{.channel = name_, .offset = entry.offset, .payload = std::move(entry.payload)});
}

Task<Status> Channel::load() {
    auto is_loaded = [this] { return epoch_.has_value(); };
    if (co_await on_strand(strand_, is_loaded))
        co_return Status{};
    const auto state = co_await services_->store.state(name_);
    if (!state)
        co_return state.error();
    auto adopt_state = [this, &state] {
        adopt(*state);
        return true;
    };
    co_await on_strand(strand_, adopt_state);
    co_return Status{};
}

void Channel::adopt(const storage::ChannelState& state) {
    // The first one counts: it was read before anything was appended, because append() loads first.
    if (epoch_)
        return;
    epoch_ = state.epoch;
    last_ = state.last;
}

Task<Result<Joined>> Channel::place(std::optional<Position> since) {
    const Status loaded = co_await load();
    if (!loaded)
        co_return loaded.error();
    auto now = [this] { return Joined{.epoch = *epoch_, .offset = last_}; };
    auto joined = co_await on_strand(strand_, now);
    if (!since)
        co_return joined;

    const auto state = co_await services_->store.state(name_);
    if (!state)
        co_return state.error();
    joined.recovered = reaches(*state, *since);
    if (joined.recovered)
        joined.offset = since->offset;
    auto& figures = services_->figures;
    (joined.recovered ? figures.recovered : figures.not_recovered).add();
    co_return joined;
}

Task<Result<Channel::Step>> Channel::follow(Member member, std::optional<pattern::Pattern> filter) {
    auto from_memory = [this, &member, &filter] { return step(member, filter); };
    auto next = co_await on_strand(strand_, from_memory);
    if (next)
        co_return std::move(*next);
    auto entries = co_await read_after(member.after);
    if (!entries)
        co_return entries.error();
    if (entries->empty() || entries->front()->offset != member.after + 1)
        co_return Error{Errc::Conflict, "the history of channel " + name_ + " was cut before it was read"};
    co_return Step{.entries = std::move(*entries)};
}

std::optional<Channel::Step> Channel::step(const Member& member, const std::optional<pattern::Pattern>& filter) {
    if (member.after >= last_) {
        audience_.add(member, filter);
        services_->figures.subscribers.add(1);
        return Step{.entries = {}, .live = true};
    }
    auto entries = recent_.after(member.after);
    if (entries.empty())
        return std::nullopt;
    return Step{.entries = std::move(entries)};
}

Task<Result<Recent::Entries>> Channel::read_after(std::int64_t offset) {
    auto read = co_await services_->store.read(name_, offset, kPage);
    if (!read)
        co_return read.error();
    Recent::Entries entries;
    entries.reserve(read->size());
    for (auto& entry : *read)
        entries.push_back(to_pushed(std::move(entry)));
    co_return entries;
}

void Channel::leave(MemberId id) {
    asio::post(strand_, [self = shared_from_this(), id] {
        if (self->audience_.remove(id))
            self->services_->figures.subscribers.add(-1);
    });
}

Task<> Channel::abandon() {
    auto answer_all = [this] { return take().empty(); };
    co_await on_strand(strand_, answer_all);
}

}  // namespace rialto::channels
