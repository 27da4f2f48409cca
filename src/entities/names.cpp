#include "entities/names.hpp"

#include <algorithm>
#include <numeric>

#include "entities/hash.hpp"

namespace rialto::entities {
namespace {

/// The sum of scores from which a name is taken for what it was elsewhere: one sure mention, or two that are likely.
constexpr float kSure = 0.8F;
/// How much of all votes the name's type has.
constexpr float kShare = 0.8F;
/// By how much of all votes another type must be ahead of a mention's own, to replace it.
constexpr float kLead = 0.3F;
/// Of a mention that only the memory found.
constexpr float kRemembered = 0.5F;

/// Of the other types, one mention says little about the next.
bool is_kept(Type type) { return type == Type::Person || type == Type::Location || type == Type::Organization; }

std::uint64_t hash_of(std::span<const SeenToken> name) {
    return std::accumulate(name.begin(), name.end(), std::uint64_t{0},
                           [](std::uint64_t hash, const SeenToken& token) { return combine(hash, token.exact); });
}

}  // namespace

void Names::note(std::span<const SeenToken> sentence, std::span<const Entity> found) {
    for (const Entity& entity : found) {
        const auto name = sentence.subspan(entity.begin, entity.end - entity.begin);
        if (!is_kept(entity.type) || name.size() > kMaxTokens || votes_.size() >= kMaxNames)
            continue;
        votes_[hash_of(name)][static_cast<std::size_t>(entity.type)] += entity.score;
        std::uint8_t& longest = longest_[name.front().exact];
        longest = std::max(longest, static_cast<std::uint8_t>(name.size()));
    }
}

std::optional<Names::Verdict> Names::verdict(std::span<const SeenToken> name) const {
    const auto votes = votes_.find(hash_of(name));
    if (votes == votes_.end())
        return std::nullopt;
    const auto best = std::ranges::max_element(votes->second);
    return Verdict{.type = static_cast<Type>(best - votes->second.begin()),
                   .votes = *best,
                   .all = std::accumulate(votes->second.begin(), votes->second.end(), 0.0F)};
}

void Names::apply(std::span<const SeenToken> sentence, std::vector<Entity>& found) const {
    if (votes_.empty())
        return;
    std::size_t next = 0;  // The first entity that ends after `at`.
    for (std::size_t at = 0; at < sentence.size();) {
        if (next < found.size() && found[next].begin == at) {
            correct(sentence, found[next]);
            at = found[next++].end;
            continue;
        }
        const std::size_t end = next < found.size() ? found[next].begin : sentence.size();
        const std::optional<Entity> known = find(sentence.first(end), at);
        if (known)
            found.insert(found.begin() + static_cast<std::ptrdiff_t>(next++), *known);
        at = known ? known->end : at + 1;
    }
}

/// Gives a mention the type that the name has elsewhere, if that is much surer.
void Names::correct(std::span<const SeenToken> sentence, Entity& entity) const {
    if (!is_kept(entity.type))
        return;
    const auto elsewhere = verdict(sentence.subspan(entity.begin, entity.end - entity.begin));
    if (elsewhere && elsewhere->votes >= kSure && elsewhere->votes - entity.score > kLead * elsewhere->all)
        entity.type = elsewhere->type;
}

/// The longest known name that begins at `at` and is not a plain word.
std::optional<Entity> Names::find(std::span<const SeenToken> sentence, std::size_t at) const {
    const auto longest = longest_.find(sentence[at].exact);
    if (longest == longest_.end())
        return std::nullopt;
    for (std::size_t size = std::min<std::size_t>(longest->second, sentence.size() - at); size > 0; --size) {
        const auto known = verdict(sentence.subspan(at, size));
        if (!known || known->votes < kSure || known->votes < kShare * known->all)
            continue;
        if (size > 1 || !sentence[at].plain)
            return Entity{known->type, at, at + size, kRemembered};
    }
    return std::nullopt;
}

}  // namespace rialto::entities
