#include "config/map_reader.hpp"

#include <algorithm>
#include <cstddef>

namespace rialto::config {

namespace {

constexpr std::size_t kLongestGuess = 64;

/// How many letters must be added, removed or replaced to make `a` of `b` (Levenshtein), case aside.
std::size_t distance(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
            diagonal = std::exchange(row[j], std::min({replaced, row[j] + 1, row[j - 1] + 1}));
        }
    }
    return row[b.size()];
}

std::string suggestion(std::string_view key, const std::vector<std::string>& known) {
    if (key.size() > kLongestGuess)
        return {};
    std::string_view nearest;
    std::size_t least = (key.size() < 4 ? 1 : std::max<std::size_t>(2, key.size() / 3)) + 1;
    for (const auto& candidate : known) {
        const auto steps = distance(key, candidate);
        if (steps < least) {
            least = steps;
            nearest = candidate;
        }
    }
    return nearest.empty() ? std::string{} : "; did you mean \"" + std::string{nearest} + "\"?";
}

std::string list_of(const std::vector<std::string>& known) {
    std::string list;
    for (const auto& key : known)
        list += (list.empty() ? "" : ", ") + key;
    return list;
}

}  // namespace

const Node MapReader::kNothing{};

const Node* MapReader::find(std::string_view key) {
    known_.emplace_back(key);
    reading_.known.insert(path_of(key));
    const auto found = std::ranges::find(node_.entries, key, &Entry::key);
    return found == node_.entries.end() ? nullptr : &found->value;
}

void MapReader::problem(Mark mark, std::string_view key, std::string_view what) const {
    reading_.problems.add(mark, path_of(key) + ": " + std::string{what});
}

void MapReader::problem(std::string_view what) const {
    reading_.problems.add(node_.mark, path_ + ": " + std::string{what});
}

bool MapReader::is_map() const {
    if (node_.is(Node::Kind::Map) || node_.is(Node::Kind::Null))
        return true;
    if (!node_.is(Node::Kind::Broken))
        reading_.problems.add(node_.mark, (path_.empty() ? "the file" : path_) + " must be a map, `key: value` lines");
    return false;
}

void MapReader::report_unknown() const {
    for (const auto& entry : node_.entries) {
        if (std::ranges::find(known_, entry.key) != known_.end())
            continue;
        auto hint = suggestion(entry.key, known_);
        if (hint.empty())
            hint = "; allowed: " + list_of(known_);
        reading_.problems.add(entry.mark, "unknown key \"" + path_of(entry.key) + "\"" + hint);
    }
}

}  // namespace rialto::config
