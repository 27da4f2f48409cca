#include "channels/subscription.hpp"

#include <utility>

namespace rialto::channels {

Subscription::State::State(std::shared_ptr<Channel> c, std::shared_ptr<Subscriber> subscriber,
                           std::optional<pattern::Pattern> f, Joined j)
    : channel{std::move(c)},
      filter{std::move(f)},
      joined{std::move(j)},
      member{.id = channel->services().next_member++, .subscriber = std::move(subscriber), .after = joined.offset} {}

void Subscription::State::drop_unmatched(Recent::Entries& entries) {
    if (!filter || entries.empty())
        return;
    if (!sieve)
        sieve.emplace().matcher.add(0, *filter);
    std::erase_if(entries, [&sieve = *sieve](const auto& entry) {
        const Status matched = sieve.matcher.match(entry->payload, sieve.scratch, sieve.matches);
        return !matched || sieve.matches.empty();
    });
}

Subscription::Subscription(std::unique_ptr<State> state) : state_{std::move(state)} {}
Subscription::~Subscription() = default;
Subscription::Subscription(Subscription&&) noexcept = default;
Subscription& Subscription::operator=(Subscription&&) noexcept = default;

const Joined& Subscription::joined() const { return state_->joined; }

Task<Result<Subscription::Page>> Subscription::catch_up() {
    auto& state = *state_;
    if (state.live)
        co_return Page{.entries = {}, .live = true};
    auto step = co_await state.channel->follow(state.member, state.filter);
    if (!step)
        co_return step.error();
    state.live = step->live;
    if (!step->entries.empty())
        state.member.after = step->entries.back()->offset;
    state.drop_unmatched(step->entries);
    if (state.live)
        state.sieve.reset();
    co_return Page{.entries = std::move(step->entries), .live = step->live};
}

}  // namespace rialto::channels
