#include "tests/oracle/complexity.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

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

/// What has been seen of a wildcard is its name; those that begin alike share it.
struct State {
    std::set<std::size_t> terms;           ///< That can be completed from here.
    std::set<std::size_t> distinct_terms;  ///< Without repeated ones and those that lack the closing quote only.
};

using Occupation = std::set<Wildcard>;

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

    /// Where an input is after `byte`, which may match no wildcard's byte but stars.
    Occupation after(const Occupation& occupied, char byte) const {
        Occupation next;
        for (const auto& place : occupied) {
            if (!place.empty() && !place.back())
                next.insert(place);
            enter(place, byte, next);
        }
        return next;
    }

    std::size_t most(const Occupation& occupied) const {
        std::size_t count = 0;
        for (const auto& place : occupied)
            count += states_.at(place).terms.size();
        return count;
    }

    std::size_t least(const Occupation& occupied) const {
        std::size_t count = 0;
        for (const auto& place : occupied)
            count += states_.at(place).distinct_terms.size();
        return count;
    }

private:
    void add(const Wildcard& tokens, std::size_t term, std::size_t same_term) {
        for (std::size_t length = 0; length <= tokens.size(); ++length) {
            auto& state = states_[{tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(length)}];
            state.terms.insert(term);
            if (length + 1 < tokens.size())
                state.distinct_terms.insert(same_term);
        }
        for (const auto& token : tokens)
            bytes_.insert(token.value_or('"'));
    }

    /// Adds the place that follows with `token`, if there is one, and the star right behind it, which may be empty.
    void enter(Wildcard place, std::optional<char> token, Occupation& occupied) const {
        place.push_back(token);
        if (!states_.contains(place))
            return;
        occupied.insert(place);
        place.emplace_back(std::nullopt);
        if (states_.contains(place))
            occupied.insert(place);
    }

    std::map<Wildcard, State> states_;
    std::set<char> bytes_;
};

}  // namespace

Complexity complexity(const std::vector<std::vector<Wildcard>>& terms) {
    if (terms.empty())
        return Complexity::Fine;
    const Automaton automaton{terms};
    auto bytes = automaton.bytes();
    bytes.insert('\0');  // stands for all that no wildcard names: a NUL among them only makes a set smaller

    std::set<Occupation> seen;
    std::vector<Occupation> open{{Wildcard{}}};
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
