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

    pattern::Matcher matcher;  // of the one filter, for what is caught up on
    pattern::Scratch scratch;
    std::vector<pattern::RuleId> matches;
};

}  // namespace rialto::channels
