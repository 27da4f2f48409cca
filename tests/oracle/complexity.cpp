#include "tests/oracle/complexity.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace rialto::oracle {
namespace {

constexpr std::size_t kTooMany = 10;
constexpr std::size_t kMostOccupations = 2000;

Wildcard quoted(const Wildcard& wildcard) {
    Wildcard tokens{'"'};
    tokens.insert(tokens.end(), wildcard.begin(), wildcard.end());
    tokens.emplace_back('"');
    return tokens;
}

using Token = Wildcard::value_type;

/// A place in the wildcards: wildcards that begin alike share it.
struct State {
    bool is_star = false;
    std::map<Token, std::size_t> next;
    std::set<std::size_t> terms;           ///< That can be completed from here.
    std::set<std::size_t> distinct_terms;  ///< Without repeated ones and those that lack the closing quote only.
};

using Occupation = std::set<std::size_t>;

class Automaton {
public:
    explicit Automaton(const std::vector<std::vector<Wildcard>>& terms) {
        for (std::size_t i = 0; i < terms.size(); ++i) {
            const auto same = std::ranges::find(terms, terms[i]) - terms.begin();
            for (const auto& wildcard : terms[i])
                add(quoted(wildcard), i, static_cast<std::size_t>(same));
        }
    }

    const std::set<char>& bytes() const { return bytes_; }

    /// Where an input is after `byte`.
    Occupation after(const Occupation& occupied, char byte) const {
        Occupation next;
        for (const auto at : occupied) {
            const auto& state = states_[at];
            if (state.is_star)
                next.insert(at);
            if (const auto found = state.next.find(byte); found != state.next.end())
                enter(found->second, next);
        }
        return next;
    }

    std::size_t most(const Occupation& occupied) const {
        std::size_t count = 0;
        for (const auto at : occupied)
            count += states_[at].terms.size();
        return count;
    }

    std::size_t least(const Occupation& occupied) const {
        std::size_t count = 0;
        for (const auto at : occupied)
            count += states_[at].distinct_terms.size();
        return count;
    }

private:
    void add(const Wildcard& tokens, std::size_t term, std::size_t same_term) {
        std::size_t at = 0;
        for (std::size_t left = tokens.size(); left > 0; --left) {
            states_[at].terms.insert(term);
            if (left > 1)
                states_[at].distinct_terms.insert(same_term);
            at = next(at, tokens[tokens.size() - left]);
        }
        states_[at].terms.insert(term);
        for (const auto& token : tokens)
            bytes_.insert(token.value_or('"'));
    }

    std::size_t next(std::size_t at, const Token& token) {
        const auto [found, is_new] = states_[at].next.emplace(token, states_.size());
        const auto next = found->second;
        if (is_new)
            states_.push_back({.is_star = !token, .next = {}, .terms = {}, .distinct_terms = {}});
        return next;
    }

    /// Occupies the state and the star right behind it, which may be empty.
    void enter(std::size_t at, Occupation& occupied) const {
        occupied.insert(at);
        if (const auto star = states_[at].next.find(std::nullopt); star != states_[at].next.end())
            occupied.insert(star->second);
    }

    std::vector<State> states_{1};
    std::set<char> bytes_;
};

}  // namespace

Complexity complexity(const std::vector<std::vector<Wildcard>>& terms) {
    if (terms.empty())
        return Complexity::Fine;
    const Automaton automaton{terms};
    auto bytes = automaton.bytes();
    bytes.insert('\0');  // for all that no wildcard names

    std::set<Occupation> seen;
    std::vector<Occupation> open{automaton.after({0}, '"')};
    auto verdict = Complexity::Fine;
    while (!open.empty()) {
        const auto occupied = open.back();
        open.pop_back();
        if (!seen.insert(occupied).second)
            continue;
        if (automaton.least(occupied) >= kTooMany)
            return Complexity::Excessive;
        if (automaton.most(occupied) >= kTooMany || seen.size() > kMostOccupations)
            verdict = Complexity::Unclear;
        if (seen.size() > kMostOccupations)
            return verdict;
        for (const char byte : bytes)
            open.push_back(automaton.after(occupied, byte));
    }
    return verdict;
}

}  // namespace rialto::oracle
