#include "channels/audience.hpp"

#include <utility>

namespace rialto::channels {
namespace {

std::size_t push_to(const std::vector<Member>& members, const std::shared_ptr<const Pushed>& entry) {
    std::size_t count = 0;
    for (const auto& member : members) {
        if (entry->offset <= member.after)
            continue;
        member.subscriber->push(entry);
        ++count;
    }
    return count;
}

}  // namespace

void Audience::add(Member member, const std::optional<pattern::Pattern>& filter) {
    Place place;
    if (filter)
        place.rule = rule_of(*filter);
    auto& members = group_of(place).members;
    place.index = members.size();
    places_.emplace(member.id, place);
    members.push_back(std::move(member));
}

pattern::RuleId Audience::rule_of(const pattern::Pattern& filter) {
    if (const auto known = rules_.find(filter.text()); known != rules_.end())
        return known->second;
    while (filtered_.contains(next_rule_))
        ++next_rule_;
    const auto rule = next_rule_++;
    matcher_.add(rule, filter);
    rules_.emplace(filter.text(), rule);
    filtered_.emplace(rule, Group{.filter = filter.text(), .members = {}});
    return rule;
}

bool Audience::remove(MemberId id) {
    const auto found = places_.find(id);
    if (found == places_.end())
        return false;
    const Place place = found->second;
    places_.erase(found);

    // The last one takes the place of the one that goes.
    auto& members = group_of(place).members;
    if (place.index + 1 < members.size()) {
        members[place.index] = std::move(members.back());
        places_.at(members[place.index].id).index = place.index;
    }
    members.pop_back();
    if (place.rule)
        drop_if_empty(*place.rule);
    return true;
}

void Audience::drop_if_empty(pattern::RuleId rule) {
    const auto group = filtered_.find(rule);
    if (!group->second.members.empty())
        return;
    matcher_.remove(rule);
    rules_.erase(group->second.filter);
    filtered_.erase(group);
}

std::size_t Audience::push(const std::shared_ptr<const Pushed>& entry) {
    std::size_t count = push_to(unfiltered_.members, entry);
    if (filtered_.empty())
        return count;
    const Status matched = matcher_.match(entry->payload, scratch_, matches_);
    if (!matched)  // not an object: no filter can match it
        return count;
    for (const auto rule : matches_)
        count += push_to(filtered_.at(rule).members, entry);
    return count;
}

}  // namespace rialto::channels
