#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "channels/channel.hpp"
#include "rialto/pattern/matcher.hpp"

namespace rialto::channels {

struct Subscription::State {
    State(std::shared_ptr<Channel> c, std::shared_ptr<Subscriber> subscriber, std::optional<pattern::Pattern> f,
          Joined j);
    ~State() { channel->leave(member.id); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    void drop_unmatched(Recent::Entries& entries);

    const std::shared_ptr<Channel> channel;
    const std::optional<pattern::Pattern> filter;
    const Joined joined;
    Member member;
    bool live = false;

    /// Matches the one filter, while there is something to catch up on.
    struct Sieve {
        pattern::Matcher matcher;
        pattern::Scratch scratch;
        std::vector<pattern::RuleId> matches;
    };
    std::optional<Sieve> sieve;
};

}  // namespace rialto::channels
