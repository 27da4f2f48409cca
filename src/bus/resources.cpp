#include "rialto/bus/resources.hpp"

#include <algorithm>

#include "bus/resource_table.hpp"

namespace rialto::bus {
namespace {

constexpr std::array<std::string_view, kKinds> kNames{
    "bus", "rule", "archive", "replay", "connection", "api-destination", "endpoint", "event-source", "fired"};

using Column = std::map<std::string, Document, std::less<>>;

/// Goes through the keys of two columns that begin with a prefix, in order; of a key that both have, `first` counts.
/// Stops when `take(key, document)` says no.
template <class Take>
void merge(const Column& first, const Column& second, std::string_view prefix, std::string_view after, Take take) {
    const auto begin = [&](const Column& column) {
        return after.empty() ? column.lower_bound(prefix) : column.upper_bound(std::max(prefix, after));
    };
    auto a = begin(first);
    auto b = begin(second);
    const auto left = [&](const Column& column, const auto& at) {
        return at != column.end() && at->first.starts_with(prefix);
    };
    while (left(first, a) || left(second, b)) {
        const bool from_first = left(first, a) && (!left(second, b) || a->first <= b->first);
        if (from_first && left(second, b) && a->first == b->first)
            ++b;
        auto& next = from_first ? a : b;
        if (!take(next->first, next->second))
            return;
        ++next;
    }
}

std::vector<Resources::Entry> collect(const Column& first, const Column& second, std::string_view prefix,
                                      std::size_t limit, std::string_view after) {
    std::vector<Resources::Entry> found;
    merge(first, second, prefix, after, [&](const std::string& key, const Document& document) {
        if (document && found.size() < limit)
            found.emplace_back(key, document);
        return found.size() < limit;
    });
    return found;
}

Document find_in(const Column& column, std::string_view key) {
    const auto found = column.find(key);
    return found == column.end() ? nullptr : found->second;
}

}  // namespace

std::string_view name_of(Kind kind) { return kNames[static_cast<std::size_t>(kind)]; }

std::optional<Kind> kind_of(std::string_view name) {
    const auto found = std::ranges::find(kNames, name);
    if (found == kNames.end())
        return std::nullopt;
    return static_cast<Kind>(found - kNames.begin());
}

std::string key_of(const Identity& owner, std::string_view name) {
    std::string key = owner.account;
    return key.append(":").append(owner.region).append(":").append(name);
}

std::string rule_key(const Identity& owner, std::string_view bus, std::string_view rule) {
    return key_of(owner, bus).append(":").append(rule);
}

RuleName names_in(const std::string& rule_key) {
    const auto region = rule_key.find(':') + 1;
    const auto bus = rule_key.find(':', region) + 1;
    const auto rule = rule_key.rfind(':') + 1;
    return {.owner = {rule_key.substr(0, region - 1), rule_key.substr(region, bus - region - 1)},
            .bus = rule_key.substr(bus, rule - bus - 1),
            .rule = rule_key.substr(rule)};
}

Document Layers::find(Kind kind, std::string_view key) const {
    const Table& first = kind == Kind::Bus ? made : declared;
    const Table& second = kind == Kind::Bus ? declared : made;
    Document found = find_in(of_kind(first, kind), key);
    return found ? found : find_in(of_kind(second, kind), key);
}

std::vector<Resources::Entry> Layers::list(Kind kind, std::string_view prefix, std::size_t limit,
                                           std::string_view after) const {
    const Table& first = kind == Kind::Bus ? made : declared;
    const Table& second = kind == Kind::Bus ? declared : made;
    return collect(of_kind(first, kind), of_kind(second, kind), prefix, limit, after);
}

bool Layers::is_declared(Kind kind, std::string_view key) const { return of_kind(declared, kind).contains(key); }

Document Draft::find(Kind kind, std::string_view key) const {
    const auto changed = changes_.find(std::pair{kind, std::string{key}});
    return changed == changes_.end() ? base_.find(kind, key) : changed->second;
}

std::vector<Resources::Entry> Draft::list(Kind kind, std::string_view prefix, std::size_t limit,
                                          std::string_view after) const {
    Column changed;
    for (const auto& [name, document] : changes_)
        if (name.first == kind)
            changed.emplace(name.second, document);
    if (changed.empty())
        return base_.list(kind, prefix, limit, after);
    Column base;
    for (auto& [key, document] : base_.list(kind, prefix))
        base.emplace(key, document);
    return collect(changed, base, prefix, limit, after);
}

void Draft::put(Kind kind, std::string key, json::Object document) {
    changes_[{kind, std::move(key)}] = std::make_shared<const json::Object>(std::move(document));
}

void Draft::erase(Kind kind, std::string key) { changes_[{kind, std::move(key)}] = nullptr; }

}  // namespace rialto::bus
