#include "rialto/entities/gazetteer.hpp"

#include <algorithm>
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

bool has_capitals(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = next_code_point(text, at);
        if (lower(c) != c)
            return true;
    }
    return false;
}

std::uint64_t hash_of_lower(std::string_view token) {
    std::string small;
    for (std::size_t at = 0; at < token.size();)
        append_utf8(small, lower(next_code_point(token, at)));
    return hash_bytes(small);
}

std::string upper_case(std::string_view text) {
    std::string out{text};
    std::ranges::transform(out, out.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return out;
}

std::vector<std::string_view> tokens_of(std::string_view text) {
    std::vector<std::string_view> tokens;
    std::vector<Token> sentence;
    Tokenizer tokenizer{text};
    while (tokenizer.next_sentence(sentence))
        for (const Token& token : sentence)
            tokens.push_back(token.in(text));
    return tokens;
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
        added = add(upper_case(name), any_case, *type);
    ++names_;
    return added;
}

Status Gazetteer::add(std::string_view name, bool any_case, Type type) {
    const std::vector<std::string_view> tokens = tokens_of(name);
    if (tokens.empty() || tokens.size() > kMaxTokens)
        return Error{Errc::InvalidArgument, "a name has 1 to " + std::to_string(kMaxTokens) + " words"};
    std::uint64_t hash = any_case ? kAnyCase : kWritten;
    for (const std::string_view token : tokens)
        phrases_.try_emplace(hash = combine(hash, any_case ? hash_of_lower(token) : hash_bytes(token)));
    phrases_[hash] = {.is_name = true, .type = type};
    return {};
}

/// The size of the longest name at `at`, 0 if there is none. `tokens` are hashes with their seed before them.
std::size_t Gazetteer::match(const std::vector<std::uint64_t>& tokens, std::size_t at, Type& type) const {
    std::size_t longest = 0;
    std::uint64_t hash = tokens.front();
    for (std::size_t size = 1; at + size < tokens.size(); ++size) {
        const auto found = phrases_.find(hash = combine(hash, tokens[at + size]));
        if (found == phrases_.end())
            break;
        if (!found->second.is_name)
            continue;
        longest = size;
        type = found->second.type;
    }
    return longest;
}

void Gazetteer::put_into(const std::vector<std::string_view>& sentence, std::vector<Entity>& found) const {
    if (names_ == 0)
        return;
    std::vector<std::uint64_t> lower{kAnyCase};
    std::vector<std::uint64_t> written{kWritten};
    for (const std::string_view token : sentence) {
        lower.push_back(hash_of_lower(token));
        written.push_back(hash_bytes(token));
    }
    for (std::size_t at = 0; at < sentence.size();) {
        Type type{};
        Type any_case{};
        std::size_t size = match(written, at, type);
        if (const std::size_t other = match(lower, at, any_case); other > size) {
            size = other;
            type = any_case;
        }
        if (size != 0) {
            const Entity name{type, at, at + size, 1};
            std::erase_if(found, [&name](const Entity& e) { return e.begin < name.end && name.begin < e.end; });
            found.insert(std::ranges::upper_bound(found, at, {}, &Entity::begin), name);
        }
        at += size == 0 ? 1 : size;
    }
}

}  // namespace rialto::entities
