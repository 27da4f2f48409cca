#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "pattern/wildcard.hpp"

namespace rialto::pattern {
namespace {

constexpr std::size_t kRefusedFrom = 10;
/// Sets of states looked at before giving up: what needs more is too complex whatever its largest sum.
constexpr std::size_t kMostSets = 4096;

constexpr std::int16_t kStar = -1;
constexpr std::int16_t kQuote = -2;  // AWS's texts keep their quotes; no byte inside a string can take its place
constexpr std::int16_t kOther = -3;  // any byte that no state waits for

/// All terms in one array of symbols; a state is the place of the symbol that it waits for.
struct Automaton {
    std::vector<std::int16_t> symbols;
    std::vector<std::uint32_t> prefix;  // of each symbol: the number of the text before it, within its term
};

using States = std::vector<std::uint32_t>;  // ascending

/// Texts of one term that begin alike share the states of what they have in common: the number of a text by that of the
/// text without its last symbol, and this symbol.
struct Prefixes {
    std::uint32_t empty;
    std::map<std::pair<std::uint32_t, std::int16_t>, std::uint32_t> longer;
};

void append(Automaton& automaton, const Wildcard& wildcard, Prefixes& prefixes, std::uint32_t& next_prefix) {
    auto before = prefixes.empty;
    const auto add = [&](std::int16_t symbol) {
        automaton.symbols.push_back(symbol);
        automaton.prefix.push_back(before);
        const auto [known, is_new] = prefixes.longer.try_emplace({before, symbol}, next_prefix);
        next_prefix += is_new ? 1 : 0;
        before = known->second;
    };
    bool first = true;
    for (const auto& piece : wildcard.pieces()) {
        if (!first)
            add(kStar);
        first = false;
        for (const char c : piece)
            add(static_cast<std::int16_t>(static_cast<unsigned char>(c)));
    }
    add(kQuote);
}

bool is_after_star(const Automaton& automaton, std::uint32_t state) {
    return state > 0 && automaton.symbols[state - 1] == kStar;
}

void enter(const Automaton& automaton, States& states, std::uint32_t state) {
    states.push_back(state);
    if (automaton.symbols[state] == kStar)
        states.push_back(state + 1);
}

States after(const Automaton& automaton, const States& states, std::int16_t byte) {
    States next;
    for (const auto state : states) {
        if (is_after_star(automaton, state))
            next.push_back(state);
        if (automaton.symbols[state] == byte)
            enter(automaton, next, state + 1);
    }
    std::ranges::sort(next);
    next.erase(std::ranges::unique(next).begin(), next.end());
    return next;
}

/// The bytes that make a difference.
std::vector<std::int16_t> awaited(const Automaton& automaton, const States& states) {
    std::vector<std::int16_t> bytes{kOther};
    for (const auto state : states)
        if (automaton.symbols[state] >= 0)
            bytes.push_back(automaton.symbols[state]);
    std::ranges::sort(bytes);
    bytes.erase(std::ranges::unique(bytes).begin(), bytes.end());
    return bytes;
}

/// How many beginnings of terms `states` stands for. A state that waits for the closing quote, with no star before it,
/// is as good as done and does not count: AWS takes *a*a*a*a*a.
std::size_t weight(const Automaton& automaton, const States& states) {
    std::set<std::uint32_t> prefixes;
    for (const auto state : states) {
        if (automaton.symbols[state] != kQuote || is_after_star(automaton, state))
            prefixes.insert(automaton.prefix[state]);
    }
    return prefixes.size();
}

/// How many beginnings of `piece` an input can be in at once: those that its longest such beginning ends with (the
/// failure function of Knuth, Morris and Pratt).
std::size_t most_at_once(std::string_view piece) {
    std::vector<std::size_t> border(piece.size() + 1, 0);
    std::vector<std::size_t> depth(piece.size() + 1, 0);
    std::size_t most = 0;
    for (std::size_t end = 1; end <= piece.size(); ++end) {
        if (end > 1) {
            std::size_t shorter = border[end - 1];
            while (shorter > 0 && piece[shorter] != piece[end - 1])
                shorter = border[shorter];
            border[end] = shorter + (piece[shorter] == piece[end - 1] ? 1 : 0);
        }
        depth[end] = depth[border[end]] + 1;
        most = std::max(most, depth[end]);
    }
    return most;
}

/// What no sum of states exceeds: in each term one in the text before the first star; for each piece behind a star the
/// star, the place behind it, and beginnings of the piece.
std::size_t most_states(std::span<const std::vector<Wildcard>> groups) {
    std::size_t most = 0;
    for (const auto& group : groups) {
        for (const auto& wildcard : group) {
            ++most;
            for (const auto& piece : std::span{wildcard.pieces()}.subspan(1))
                most += 2 + most_at_once(piece);
        }
    }
    return most;
}

}  // namespace

bool is_too_complex(std::span<const std::vector<Wildcard>> groups) {
    if (most_states(groups) < kRefusedFrom)
        return false;
    Automaton automaton;
    States start;
    std::uint32_t next_prefix = 0;
    for (const auto& group : groups) {
        Prefixes prefixes{next_prefix++, {}};
        for (const auto& wildcard : group) {
            const auto first = static_cast<std::uint32_t>(automaton.symbols.size());
            append(automaton, wildcard, prefixes, next_prefix);
            enter(automaton, start, first);
        }
    }
    std::set<States> seen{start};
    std::vector<States> open{start};
    while (!open.empty()) {
        const States states = std::move(open.back());
        open.pop_back();
        if (weight(automaton, states) >= kRefusedFrom || seen.size() > kMostSets)
            return true;
        for (const auto byte : awaited(automaton, states)) {
            States next = after(automaton, states, byte);
            if (!next.empty() && seen.insert(next).second)
                open.push_back(std::move(next));
        }
    }
    return false;
}

}  // namespace rialto::pattern
