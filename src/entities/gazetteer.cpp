#include "rialto/entities/gazetteer.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "entities/characters.hpp"
#include "entities/hash.hpp"
#include "entities/tokenizer.hpp"
#include "rialto/base/utf8.hpp"

namespace rialto::entities {
namespace {

constexpr std::uint64_t kAnyCase = 1;
constexpr std::uint64_t kWritten = 2;

/// The text with each character changed; quotes are straightened, too.
template <class Change>
std::string changed(std::string_view text, Change change) {
    std::string out;
    for (std::size_t at = 0; at < text.size();)
        append_utf8(out, straight_quote(change(next_code_point(text, at))));
    return out;
}

char32_t as_written(char32_t c) { return c; }

std::uint64_t hash_of_token(std::string_view token, bool any_case) {
    return hash_bytes(any_case ? changed(token, lower) : changed(token, as_written));
}

bool has_capitals(std::string_view text) { return changed(text, lower) != changed(text, as_written); }

std::string_view without_stop(std::string_view token) {
    return token.size() > 1 && token.ends_with('.') ? token.substr(0, token.size() - 1) : token;
}

/// The tokens of a name; none if it is not one sentence, in which names are looked for.
std::vector<std::string_view> tokens_of(std::string_view name) {
    std::vector<std::string_view> tokens;
    std::vector<Token> sentence;
    Tokenizer tokenizer{name};
    tokenizer.next_sentence(sentence);
    for (const Token& token : sentence)
        tokens.push_back(token.in(name));
    return tokenizer.next_sentence(sentence) ? std::vector<std::string_view>{} : tokens;
}

}  // namespace

Result<Gazetteer> Gazetteer::parse(std::string_view text) {
    const auto at_line = [](std::size_t number, std::string what) {
        return Error{Errc::InvalidArgument, "line " + std::to_string(number) + ": " + std::move(what)};
    };
    Gazetteer gazetteer;
    std::size_t number = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string_view line = text.substr(at, end - at);
        at = end + 1;
        ++number;
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (line.empty() || line.starts_with('#'))
            continue;
        if (gazetteer.names_ == kMaxNames)
            return at_line(number, "more than " + std::to_string(kMaxNames) + " names");
        if (Status added = gazetteer.add(line); !added)
            return at_line(number, added.error().message);
    }
    return gazetteer;
}

Status Gazetteer::add(std::string_view line) {
    const std::size_t tab = line.find('\t');
    if (!is_utf8(line) || tab == std::string_view::npos)
        return Error{Errc::InvalidArgument, "needs a type, a tab and a name, in UTF-8"};
    const std::optional<Type> type = type_named(line.substr(0, tab));
    if (!type)
        return Error{Errc::InvalidArgument,
                     "the type must be PERSON, LOCATION, ORGANIZATION, COMMERCIAL_ITEM, EVENT, DATE, QUANTITY, TITLE "
                     "or OTHER"};
    const std::string_view name = line.substr(tab + 1);
    const bool any_case = !has_capitals(name);
    Status added = add(name, any_case, *type);
    if (added && !any_case)
        (void)add(changed(name, upper), any_case, *type);  // May be one that never stands in a sentence.
    ++names_;
    return added;
}

Status Gazetteer::add(std::string_view name, bool any_case, Type type) {
    const std::vector<std::string_view> tokens = tokens_of(name);
    if (tokens.empty() || tokens.size() > kMaxTokens)
        return Error{Errc::InvalidArgument,
                     "a name has 1 to " + std::to_string(kMaxTokens) + " words, and no end of a sentence in it"};
    std::uint64_t hash = any_case ? kAnyCase : kWritten;
    for (const std::string_view token : tokens)
        phrases_.try_emplace(hash = combine(hash, hash_of_token(token, any_case)));
    phrases_[hash] = {.is_name = true, .type = type};
    return {};
}

/// One way of reading a sentence: as it is written, or in any case.
struct Gazetteer::Reading {
    Reading(const std::vector<std::string_view>& sentence, bool any_case) : seed{any_case ? kAnyCase : kWritten} {
        for (const std::string_view token : sentence) {
            tokens.push_back(hash_of_token(token, any_case));
            last.push_back(token.ends_with('.') ? hash_of_token(without_stop(token), any_case) : tokens.back());
        }
    }

    std::uint64_t seed;
    std::vector<std::uint64_t> tokens;
    std::vector<std::uint64_t> last;  ///< Without a full stop, which may be the sentence's.
};

/// The longest name at `at`; its `end` is `at` if there is none.
Entity Gazetteer::match(const Reading& sentence, std::size_t at) const {
    Entity longest{Type::Other, at, at, 1};
    std::uint64_t hash = sentence.seed;
    for (std::size_t end = at; end < sentence.tokens.size(); ++end) {
        const std::uint64_t before = hash;
        const auto whole = phrases_.find(hash = combine(before, sentence.tokens[end]));
        auto name = whole;
        if (sentence.last[end] != sentence.tokens[end] && (whole == phrases_.end() || !whole->second.is_name))
            name = phrases_.find(combine(before, sentence.last[end]));
        if (name != phrases_.end() && name->second.is_name)
            longest = {name->second.type, at, end + 1, 1};
        if (whole == phrases_.end())
            break;
    }
    return longest;
}

void Gazetteer::put_into(const std::vector<std::string_view>& sentence, std::vector<Entity>& found) const {
    if (names_ == 0)
        return;
    const Reading written{sentence, false};
    const Reading any_case{sentence, true};
    for (std::size_t at = 0; at < sentence.size();) {
        Entity name = match(written, at);
        if (const Entity other = match(any_case, at); other.end > name.end)
            name = other;
        if (name.end == at) {
            ++at;
            continue;
        }
        std::erase_if(found, [&name](const Entity& e) { return e.begin < name.end && name.begin < e.end; });
        found.insert(std::ranges::upper_bound(found, at, {}, &Entity::begin), name);
        at = name.end;
    }
}

bool Gazetteer::contains(std::string_view name) const {
    const std::vector<std::string_view> tokens = tokens_of(name);
    return std::ranges::any_of(std::array{false, true}, [&](bool any_case) {
        std::uint64_t hash = any_case ? kAnyCase : kWritten;
        for (const std::string_view token : tokens)
            hash = combine(hash, hash_of_token(token, any_case));
        const auto found = phrases_.find(hash);
        return found != phrases_.end() && found->second.is_name;
    });
}

}  // namespace rialto::entities
