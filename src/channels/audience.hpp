#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "rialto/channels/channels.hpp"
#include "rialto/pattern/matcher.hpp"

namespace rialto::channels {

using MemberId = std::uint64_t;

struct Member {
    MemberId id = 0;
    std::shared_ptr<Subscriber> subscriber;
    std::int64_t after = 0;  ///< It has seen everything up to here.
};

/// The live subscriptions of one channel. An entry is matched once against all filters, and those of the same text are
/// one rule, so that pushing costs by the subscriptions that match. Lives on the channel's strand.
class Audience {
public:
    void add(Member member, const std::optional<pattern::Pattern>& filter);

    /// False if there was none of that id.
    bool remove(MemberId id);

    /// Gives the number of subscriptions that `entry` was pushed to.
    std::size_t push(const std::shared_ptr<const Pushed>& entry);

private:
    struct Group {
        std::string filter;  // the pattern's text
        std::vector<Member> members;
    };
    struct Place {
        std::optional<pattern::RuleId> rule;  // nothing: unfiltered_
        std::size_t index = 0;
    };

    pattern::RuleId rule_of(const pattern::Pattern& filter);
    Group& group_of(const Place& place) { return place.rule ? filtered_.at(*place.rule) : unfiltered_; }
    void drop_if_empty(pattern::RuleId rule);

    std::unordered_map<MemberId, Place> places_;
    Group unfiltered_;
    std::unordered_map<pattern::RuleId, Group> filtered_;
    std::unordered_map<std::string, pattern::RuleId> rules_;  // by text
    pattern::RuleId next_rule_ = 0;
    pattern::Matcher matcher_;
    pattern::Scratch scratch_;
    std::vector<pattern::RuleId> matches_;
};

}  // namespace rialto::channels
