#include <algorithm>
#include <array>

#include "config/scalars.hpp"
#include "config/sections.hpp"

namespace rialto::config {
namespace {

constexpr std::array<std::string_view, 4> kFields{"author", "body", "title", "topic"};
constexpr std::array<std::string_view, 9> kTypes{
    "PERSON", "LOCATION", "ORGANIZATION", "COMMERCIAL_ITEM", "EVENT", "DATE", "QUANTITY", "TITLE", "OTHER"};

/// A list of some of the words, each at most once.
template <std::size_t N>
Rule<std::vector<std::string>> some_of(const std::array<std::string_view, N>& words) {
    return [words](const Node& list) -> Result<std::vector<std::string>> {
        std::string what = "a list of some of ";
        for (const std::string_view word : words)
            what.append(word == words.front() ? "" : ", ").append(word);
        if (!list.is(Node::Kind::List) || list.items.empty())
            return must_be(what, list);
        std::vector<std::string> chosen;
        for (const Node& item : list.items) {
            const bool known = item.is(Node::Kind::Scalar) && std::ranges::find(words, item.text) != words.end();
            if (!known || std::ranges::find(chosen, item.text) != chosen.end())
                return must_be(what + ", each once", item);
            chosen.push_back(item.text);
        }
        return chosen;
    };
}

}  // namespace

void read_entities(MapReader& map, Entities& entities) {
    map.read("threads", entities.threads, number_in(1, 64));
    map.read("fields", entities.fields, some_of(kFields));
    map.read("types", entities.types, some_of(kTypes));
    map.read("minimumScore", entities.minimum_score, fraction());
    map.read("gazetteer", entities.gazetteer, file_beside(map.reading().folder));
}

}  // namespace rialto::config
