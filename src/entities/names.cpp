#include "entities/names.hpp"

#include <algorithm>
#include <cstdlib>

#include "entities/hash.hpp"

namespace rialto::entities {
namespace {

float env(const char* n, float d) { const char* v = std::getenv(n); return v ? std::strtof(v, nullptr) : d; }
const float kSure = env("SURE", 0.8F);
const float kShare = env("SHARE", 0.8F);
const float kRetype = env("RETYPE", 0.6F);
const float kPart = env("PART", 0.9F);
const float kMode = env("MODE", 3);

bool is_name(Type type) { return type == Type::Person || type == Type::Location || type == Type::Organization; }

std::uint64_t hash_of(std::span<const SeenToken> name) {
    std::uint64_t hash = 0;
    for (const SeenToken& token : name)
        hash = combine(hash, token.exact);
    return hash;
}

}  // namespace

void Names::vote(std::span<const SeenToken> name, Type type, float score) {
    if (name.empty() || name.size() > kMaxTokens || votes_.size() >= kMaxNames)
        return;
    votes_[hash_of(name)].of[static_cast<std::size_t>(type)] += score;
    std::uint8_t& longest = longest_[name.front().exact];
    longest = std::max(longest, static_cast<std::uint8_t>(name.size()));
}

void Names::note(std::span<const SeenToken> sentence, std::span<const Entity> found) {
    for (const Entity& entity : found) {
        const auto name = sentence.subspan(entity.begin, entity.end - entity.begin);
        if (!is_name(entity.type))
            continue;
        vote(name, entity.type, entity.score);
        if (entity.type == Type::Person && name.size() > 1 && entity.score >= kPart && int(kMode) & 4)
            vote(name.last(1), entity.type, entity.score);
    }
}

const Names::Votes* Names::votes_for(std::span<const SeenToken> name) const {
    const auto found = votes_.find(hash_of(name));
    return found == votes_.end() ? nullptr : &found->second;
}

void Names::apply(std::span<const SeenToken> sentence, std::vector<Entity>& found) const {
    std::size_t next = 0;  // The first entity that ends after `at`.
    for (std::size_t at = 0; at < sentence.size();) {
        while (next < found.size() && found[next].end <= at)
            ++next;
        const bool taken = next < found.size() && found[next].begin <= at;
        if (taken) {
            Entity& e = found[next];
            if (is_name(e.type) && int(kMode) & 2) {
                if (const Votes* v = votes_for(sentence.subspan(e.begin, e.end - e.begin))) {
                    float sum = 0; std::size_t best = 0;
                    for (std::size_t t = 0; t < kTypes; ++t) { sum += v->of[t]; if (v->of[t] > v->of[best]) best = t; }
                    if (static_cast<Type>(best) != e.type && v->of[best] >= kSure && v->of[best] - e.score > kRetype * sum)
                        e.type = static_cast<Type>(best);
                }
            }
            at = e.end;
            continue;
        }
        const auto known = longest_.find(sentence[at].exact);
        std::size_t size = 0;
        if (known != longest_.end() && int(kMode) & 1) {
            std::size_t room = std::min<std::size_t>(known->second, sentence.size() - at);
            if (next < found.size()) room = std::min(room, found[next].begin - at);
            for (size = room; size > 0; --size) {
                const auto name = sentence.subspan(at, size);
                const Votes* v = votes_for(name);
                if (!v) continue;
                float sum = 0; std::size_t best = 0;
                for (std::size_t t = 0; t < kTypes; ++t) { sum += v->of[t]; if (v->of[t] > v->of[best]) best = t; }
                if (v->of[best] >= kSure && v->of[best] >= kShare * sum && !(size == 1 && name[0].lower)) {
                    found.insert(found.begin() + static_cast<std::ptrdiff_t>(next), Entity{static_cast<Type>(best), at, at + size, 0.5F});
                    break;
                }
            }
        }
        at += std::max<std::size_t>(size, 1);
    }
}

}  // namespace rialto::entities
