#include "rialto/bus/resources.hpp"

#include <algorithm>

#include "bus/resource_table.hpp"
#include "rialto/json/members.hpp"
#include "rialto/model/arn.hpp"

namespace rialto::bus {
namespace {

constexpr std::array<std::string_view, kKinds> kNames{
    "bus", "rule", "archive", "replay", "connection", "api-destination", "endpoint", "event-source", "fired"};

using Column = std::map<std::string, Document, std::less<>>;

/// Those of two columns whose key begins with a prefix, in the order of keys, each as `choose(document of first,
/// document of second)` says, of which one may be null. Null documents are left out.
template <class Choose>
std::vector<Resources::Entry> merge(const Column& first, const Column& second, std::string_view prefix,
                                    std::size_t limit, std::string_view after, Choose choose) {
    const auto begin = [&](const Column& column) {
        return after.empty() ? column.lower_bound(prefix) : column.upper_bound(std::max(prefix, after));
    };
    auto a = begin(first);
    auto b = begin(second);
    const auto left = [&](const Column& column, const auto& at) {
        return at != column.end() && at->first.starts_with(prefix);
    };
    std::vector<Resources::Entry> found;
    while (found.size() < limit && (left(first, a) || left(second, b))) {
        const bool has_first = left(first, a) && (!left(second, b) || a->first <= b->first);
        const bool has_both = has_first && left(second, b) && a->first == b->first;
        const std::string& key = has_first ? a->first : b->first;
        Document document = choose(has_first ? a->second : nullptr, !has_first || has_both ? b->second : nullptr);
        if (document)
            found.emplace_back(key, std::move(document));
        if (has_first)
            ++a;
        if (!has_first || has_both)
            ++b;
    }
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

Identity owner_in(const std::string& key) {
    const auto region = key.find(':') + 1;
    return {.account = key.substr(0, region - 1), .region = key.substr(region, key.find(':', region) - region)};
}

std::string rule_key(const Identity& owner, std::string_view bus, std::string_view rule) {
    return key_of(owner, bus).append(":").append(rule);
}

RuleName names_in(const std::string& rule_key) {
    const auto bus = rule_key.find(':', rule_key.find(':') + 1) + 1;
    const auto rule = rule_key.rfind(':') + 1;
    return {.owner = owner_in(rule_key), .bus = rule_key.substr(bus, rule - bus - 1), .rule = rule_key.substr(rule)};
}

/// The rule of an archive that rests, because the configuration declares another of its name, rests with it.
bool Layers::rests(Kind kind, const json::Object& by_client) const {
    if (kind != Kind::Rule || of_kind(declared, Kind::Archive).empty())
        return false;
    const auto archive = model::Arn::parse(json::text_of(by_client, "Archive"));
    const auto name = archive ? archive->name_after("archive/") : std::nullopt;
    return name && is_declared(Kind::Archive, key_of({archive->account, archive->region}, *name));
}

/// Which of the documents of one resource counts; either may be null.
Document Layers::ruling(Kind kind, const Document& by_client, const Document& by_file) const {
    if (!by_file)
        return by_client && !rests(kind, *by_client) ? by_client : nullptr;
    return by_client && kind == Kind::Bus && !by_file->find("ManagedBy") ? by_client : by_file;
}

Document Layers::find(Kind kind, std::string_view key) const {
    return ruling(kind, find_in(of_kind(made, kind), key), find_in(of_kind(declared, kind), key));
}

std::vector<Resources::Entry> Layers::list(Kind kind, std::string_view prefix, std::size_t limit,
                                           std::string_view after) const {
    return merge(
        of_kind(made, kind), of_kind(declared, kind), prefix, limit, after,
        [this, kind](const Document& by_client, const Document& by_file) { return ruling(kind, by_client, by_file); });
}

std::vector<std::pair<Kind, std::string>> Layers::resting() const {
    std::vector<std::pair<Kind, std::string>> keys;
    for (std::size_t i = 0; i < kKinds; ++i) {
        const auto kind = static_cast<Kind>(i);
        for (const auto& [key, document] : of_kind(declared, kind))
            if (find_in(of_kind(made, kind), key) && find(kind, key) == document)
                keys.emplace_back(kind, key);
    }
    return keys;
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
        base.emplace(key, changed.contains(key) ? nullptr : document);
    return merge(changed, base, prefix, limit, after,
                 [](const Document& now, const Document& before) { return now ? now : before; });
}

void Draft::put(Kind kind, std::string key, json::Object document) {
    changes_[{kind, std::move(key)}] = std::make_shared<const json::Object>(std::move(document));
}

void Draft::erase(Kind kind, std::string key) { changes_[{kind, std::move(key)}] = nullptr; }

}  // namespace rialto::bus
