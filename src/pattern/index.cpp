#include "pattern/index.hpp"

#include <algorithm>

#include "pattern/keys.hpp"

namespace rialto::pattern {
namespace {

/// What is found by a token would be found as often as it stands here.
void keep_once(std::vector<std::uint64_t>& tokens) {
    if (tokens.size() < 2)
        return;
    std::ranges::sort(tokens);
    tokens.erase(std::ranges::unique(tokens).begin(), tokens.end());
}

/// The value's token by which a branch may have something apart. Not for Trait::Inside.
bool token_in(const Cluster::Branch& branch, const Value& value, std::uint64_t& token) {
    if (branch.feature.trait != Trait::Number)
        return token_of(value, branch.feature, token) && branch.may_have(zone_of_token(token));
    const auto rank = rank_of(value);
    if (rank == kNoRank || !branch.may_have(zone_of_number(rank)))
        return false;
    token = block_token(rank >> branch.feature.size, branch.feature);
    return true;
}

/// All such tokens of the values at a path, each once.
void tokens_in(const Cluster::Branch& branch, const Event& event, const Event::Place& place,
               std::vector<std::uint64_t>& tokens) {
    for (auto number = place.first; number != Event::kNone; number = event.leaf(number).next) {
        const Value& value = event.leaf(number).value;
        if (branch.feature.trait == Trait::Inside)
            tokens_of(value, branch.feature, tokens);
        // Neighbours in an array are often alike.
        else if (std::uint64_t token = 0; token_in(branch, value, token) && (tokens.empty() || tokens.back() != token))
            tokens.push_back(token);
    }
    if (branch.feature.trait == Trait::Inside)
        std::erase_if(tokens, [&](std::uint64_t token) { return !branch.may_have(zone_of_token(token)); });
    keep_once(tokens);
}

}  // namespace

// filing

void Index::file(const Entry& entry) {
    for (const Filed& filed : entry.keys()) {
        if (filed.apart == 0)
            clusters_.own(filed.cluster).add(entry);
        else
            clusters_.own(filed.cluster).add_apart(entry, filed);
        if (filed.is_outside)
            clusters_.own(filed.apart).add(entry);
    }
}

void Index::unfile(const Entry& entry, Paths& paths) {
    const auto drop_if_empty = [this](std::uint64_t key) {
        if (clusters_.find(key)->empty())
            clusters_.erase(key);
    };
    for (const Filed& filed : entry.keys()) {
        if (filed.apart == 0)
            clusters_.own(filed.cluster).remove(entry);
        else
            clusters_.own(filed.cluster).remove_apart(entry, filed);
        drop_if_empty(filed.cluster);
        if (filed.is_outside) {
            clusters_.own(filed.apart).remove(entry);
            drop_if_empty(filed.apart);
        }
    }
    --paths.own(entry.lead()).schemas[entry.schema()].users;
}

// finding

bool Index::find(const Event& event, const Paths& paths, std::size_t look_ups, Work& work) const {
    work.found.clear();
    work.may_repeat = false;
    work.look_ups_left = look_ups;
    for (const Schema& schema : paths.root().schemas)
        if (schema.users > 0)
            visit(first_key(), event, work);
    for (const PathNode* node : event.present())
        for (const Schema& schema : node->schemas)
            if (schema.users > 0 && (work.look_ups_left == 0 || !look_up(schema, event, work)))
                return false;
    if (work.may_repeat) {
        std::ranges::sort(work.found);
        work.found.erase(std::ranges::unique(work.found).begin(), work.found.end());
    }
    return true;
}

bool Index::look_up(const Schema& schema, const Event& event, Work& work) const {
    if (schema.count == 1 && !schema.dimensions[0].is_exact) {
        // It is led by its only path, which is there.
        visit(next_key(first_key(), schema.dimensions[0].path, kPresentToken), event, work);
        return true;
    }
    std::array<const Event::Place*, Schema::kMost> places;  // NOLINT(cppcoreguidelines-pro-type-member-init): written
    for (std::size_t i = 0; i < schema.count; ++i) {
        places[i] = event.at(schema.dimensions[i].path);
        if (!places[i])
            return true;
    }
    auto key = first_key();
    bool has_many = false;
    for (std::size_t i = 0; i < schema.count; ++i) {
        const auto& [path, is_exact] = schema.dimensions[i];
        auto token = kPresentToken;
        if (is_exact && (places[i]->count > 1 || places[i]->node->addresses > 0)) {
            has_many = true;
            continue;
        }
        if (is_exact) {
            token = exact_token(event.leaf(places[i]->first).value);
            if (!schema.may_have(i, token))
                return true;
        }
        key = next_key(key, path, token);
    }
    if (has_many)
        return look_up_combinations(schema, event, work);
    visit(key, event, work);
    return true;
}

bool Index::look_up_combinations(const Schema& schema, const Event& event, Work& work) const {
    std::size_t combinations = 1;
    for (std::size_t i = 0; i < schema.count; ++i) {
        auto& tokens = work.tokens[i];
        tokens.clear();
        const auto& [path, is_exact] = schema.dimensions[i];
        const auto* place = event.at(path);
        if (!is_exact) {
            tokens.push_back(kPresentToken);
            continue;
        }
        for (auto number = place->first; number != Event::kNone; number = event.leaf(number).next) {
            const Value& value = event.leaf(number).value;
            tokens.push_back(exact_token(value));
            if (place->node->addresses > 0)
                tokens_of(value, {Trait::Address, 0}, tokens);
        }
        std::erase_if(tokens, [&](std::uint64_t token) { return !schema.may_have(i, token); });
        keep_once(tokens);
        combinations *= tokens.size();
        if (combinations > work.look_ups_left)
            return false;
        if (combinations == 0)
            return true;
    }
    work.look_ups_left -= combinations;
    work.may_repeat = work.may_repeat || combinations > 1;
    for (std::size_t combination = 0; combination < combinations; ++combination) {
        auto key = first_key();
        auto rest = combination;
        for (std::size_t i = 0; i < schema.count; ++i) {
            const auto& tokens = work.tokens[i];
            key = next_key(key, schema.dimensions[i].path, tokens[rest % tokens.size()]);
            rest /= tokens.size();
        }
        visit(key, event, work);
    }
    return true;
}

void Index::visit(std::uint64_t key, const Event& event, Work& work) const {
    const Cluster* cluster = clusters_.find(key);
    if (!cluster)
        return;
    for (const Entry* entry : cluster->entries())
        work.found.push_back(entry);
    // First all keys, then all look-ups, so that the misses of the cache overlap.
    work.apart.clear();
    for (const auto& branch : cluster->branches()) {
        const auto* place = event.at(branch.path);
        if (branch.feature.trait != Trait::Absent) {
            if (place)
                visit_branch(key, *cluster, branch, event, *place, work);
        } else if (!place || place->in_elements) {  // the element that the others choose may have nothing there
            work.apart.emplace_back(next_key(key, branch.path, absent_token().hash), &branch);
        }
    }
    for (const auto& [apart, branch] : work.apart)
        visit_apart(apart, *cluster, *branch, work);
}

void Index::visit_branch(std::uint64_t key, const Cluster& cluster, const Cluster::Branch& branch, const Event& event,
                         const Event::Place& place, Work& work) const {
    if (place.count == 1 && branch.feature.trait != Trait::Inside) {
        std::uint64_t token = 0;
        if (!token_in(branch, event.leaf(place.first).value, token))
            return;
        const auto apart = next_key(key, branch.path, token);
        cluster.prefetch(apart);
        if (branch.outside > 0)
            clusters_.prefetch(apart);
        work.apart.emplace_back(apart, &branch);
        return;
    }
    auto& tokens = work.branch_tokens;
    tokens.clear();
    tokens_in(branch, event, place, tokens);
    work.look_ups_left -= std::min(work.look_ups_left, tokens.size());
    const auto before = work.found.size();
    for (const auto token : tokens)
        visit_apart(next_key(key, branch.path, token), cluster, branch, work);
    work.may_repeat = work.may_repeat || work.found.size() > before + 1;
}

inline void Index::visit_apart(std::uint64_t key, const Cluster& cluster, const Cluster::Branch& branch,
                               Work& work) const {
    cluster.find_apart(key, work.found);
    if (branch.outside == 0)
        return;
    if (const Cluster* outside = clusters_.find(key))
        for (const Entry* entry : outside->entries())
            work.found.push_back(entry);
}

}  // namespace rialto::pattern
