#include "pattern/index.hpp"

#include <algorithm>
#include <utility>

#include "pattern/keys.hpp"

namespace rialto::pattern {
namespace {

/// Keys looked up for one schema and one event.
constexpr std::size_t kMostCombinations = 4096;

}  // namespace

// --- clusters ---------------------------------------------------------------------------------------------------------

Cluster::Crowd& Cluster::own_crowd() {
    if (!crowd_) {
        crowd_ = Shared<Crowd>::make();
        if (one_)
            crowd_.write().entries.push_back(std::exchange(one_, nullptr));
    }
    return crowd_.own();
}

void Cluster::drop_empty_crowd() {
    if (crowd_->entries.empty() && crowd_->branches.empty())
        crowd_ = {};
}

void Cluster::add(const Entry& entry) {
    if (empty())
        one_ = &entry;
    else
        own_crowd().entries.push_back(&entry);
}

void Cluster::remove(const Entry& entry) {
    if (std::exchange(one_, nullptr))
        return;
    auto& entries = own_crowd().entries;
    *std::ranges::find(entries, &entry) = entries.back();
    entries.pop_back();
    drop_empty_crowd();
}

void Cluster::add_branch(PathId path, Feature feature) {
    auto& branches = own_crowd().branches;
    const auto known =
        std::ranges::find_if(branches, [&](const Branch& b) { return b.path == path && b.feature == feature; });
    if (known == branches.end())
        branches.push_back({path, feature, 1});
    else
        ++known->users;
}

void Cluster::remove_branch(PathId path, Feature feature) {
    auto& branches = own_crowd().branches;
    const auto known =
        std::ranges::find_if(branches, [&](const Branch& b) { return b.path == path && b.feature == feature; });
    if (--known->users == 0)
        branches.erase(known);
    drop_empty_crowd();
}

// --- filing -----------------------------------------------------------------------------------------------------------

void Index::file(const Entry& entry) {
    for (const Filed& filed : entry.keys()) {
        if (filed.apart != 0)
            clusters_.own(filed.cluster).add_branch(filed.path, filed.feature);
        clusters_.own(filed.apart != 0 ? filed.apart : filed.cluster).add(entry);
    }
}

void Index::unfile(const Entry& entry, Paths& paths) {
    const auto drop_if_empty = [this](std::uint64_t key) {
        if (clusters_.find(key)->empty())
            clusters_.erase(key);
    };
    for (const Filed& filed : entry.keys()) {
        const auto key = filed.apart != 0 ? filed.apart : filed.cluster;
        clusters_.own(key).remove(entry);
        drop_if_empty(key);
        if (filed.apart != 0) {
            clusters_.own(filed.cluster).remove_branch(filed.path, filed.feature);
            drop_if_empty(filed.cluster);
        }
    }
    --paths.own(entry.lead()).schemas[entry.schema()].users;
}

// --- finding ----------------------------------------------------------------------------------------------------------

bool Index::find(const Event& event, const Paths& paths, Work& work) const {
    work.found.clear();
    work.may_repeat = false;
    for (const Schema& schema : paths.root().schemas)
        if (schema.users > 0)
            visit(kFirstKey, event, work);
    for (const PathNode* node : event.present())
        for (const Schema& schema : node->schemas)
            if (schema.users > 0 && !look_up(schema, event, work))
                return false;
    if (work.may_repeat) {
        std::ranges::sort(work.found);
        work.found.erase(std::ranges::unique(work.found).begin(), work.found.end());
    }
    return true;
}

bool Index::look_up(const Schema& schema, const Event& event, Work& work) const {
    auto key = kFirstKey;
    for (const auto& [path, is_exact] : schema.all()) {
        const auto* place = event.at(path);
        if (!place)
            return true;
        if (is_exact && (place->count > 1 || place->node->addresses > 0))
            return look_up_combinations(schema, event, work);
        key = next_key(key, path, is_exact ? exact_token(event.leaf(place->first).value) : kPresentToken);
    }
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
        if (!place)
            return true;
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
        std::ranges::sort(tokens);
        tokens.erase(std::ranges::unique(tokens).begin(), tokens.end());
        combinations *= tokens.size();
        if (combinations > kMostCombinations && schema.count > 1)
            return false;
    }
    work.may_repeat = work.may_repeat || combinations > 1;
    for (std::size_t combination = 0; combination < combinations; ++combination) {
        auto key = kFirstKey;
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
    for (const auto& branch : cluster->branches())
        visit_branch(key, branch, event, work);
}

void Index::visit_branch(std::uint64_t key, const Cluster::Branch& branch, const Event& event, Work& work) const {
    const auto* place = event.at(branch.path);
    if (!place)
        return;
    work.branch_tokens.clear();
    for (auto number = place->first; number != Event::kNone; number = event.leaf(number).next)
        tokens_of(event.leaf(number).value, branch.feature, work.branch_tokens);
    work.hits.clear();
    for (const auto token : work.branch_tokens)
        if (const Cluster* hit = clusters_.find(next_key(key, branch.path, token)))
            work.hits.push_back(hit);
    if (work.hits.size() > 1) {
        work.may_repeat = true;
        std::ranges::sort(work.hits);
        work.hits.erase(std::ranges::unique(work.hits).begin(), work.hits.end());
    }
    for (const Cluster* hit : work.hits)
        work.found.insert(work.found.end(), hit->entries().begin(), hit->entries().end());
}

}  // namespace rialto::pattern
