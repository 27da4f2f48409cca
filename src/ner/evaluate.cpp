#include "evaluate.hpp"

#include <array>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "files.hpp"
#include "rialto/base/file.hpp"
#include "rialto/entities/conll.hpp"

namespace rialto::ner {
namespace {

using entities::ConllSentence;
using Span = std::tuple<std::string, std::size_t, std::size_t>;

std::set<Span> spans_of(const ConllSentence& sentence) {
    std::set<Span> spans;
    for (std::size_t i = 0; i < sentence.size();) {
        const std::string& tag = sentence[i].tag;
        const std::size_t begin = i++;
        if (tag.size() < 3)
            continue;
        while (i < sentence.size() && sentence[i].tag == "I-" + tag.substr(2))
            ++i;
        spans.emplace(tag.substr(2), begin, i);
    }
    return spans;
}

struct Counts {
    double right = 0;
    double gold = 0;
    double found = 0;

    double precision() const { return found == 0 ? 0 : 100 * right / found; }
    double recall() const { return gold == 0 ? 0 : 100 * right / gold; }
    double f1() const { return gold + found == 0 ? 0 : 200 * right / (gold + found); }
};

using Table = std::map<std::string, Counts>;

Table score(const entities::Tagger& tagger, const std::vector<ConllSentence>& gold) {
    std::vector<ConllSentence> tagged = gold;
    retag(tagger, tagged);
    Table types;
    for (std::size_t i = 0; i < gold.size(); ++i) {
        const std::set<Span> wanted = spans_of(gold[i]);
        for (const Span& span : wanted)
            ++types[std::get<0>(span)].gold;
        for (const Span& span : spans_of(tagged[i])) {
            ++types[std::get<0>(span)].found;
            types[std::get<0>(span)].right += wanted.contains(span) ? 1 : 0;
        }
    }
    std::erase_if(types, [](const auto& entry) { return entry.second.gold == 0; });
    Counts named;
    for (const auto* type : {"PER", "LOC", "ORG"}) {
        const Counts& counts = types[type];
        named = {named.right + counts.right, named.gold + counts.gold, named.found + counts.found};
    }
    types["PER+LOC+ORG"] = named;
    return types;
}

std::vector<ConllSentence> in_small_letters(std::vector<ConllSentence> sentences) {
    for (ConllSentence& sentence : sentences)
        for (entities::ConllToken& token : sentence)
            token.text = entities::in_small_letters(token.text);
    return sentences;
}

void print_details(const std::string& name, const Table& types) {
    std::printf("%s\n", name.c_str());
    for (const auto& [type, counts] : types)
        std::printf("  %-12s P %6.2f  R %6.2f  F1 %6.2f  gold %.0f found %.0f\n", type.c_str(), counts.precision(),
                    counts.recall(), counts.f1(), counts.gold, counts.found);
}

}  // namespace

Status evaluate(const entities::Tagger& tagger, const std::vector<std::string>& files, bool details) {
    std::vector<std::pair<std::string, std::array<Table, 2>>> rows;
    for (const std::string& file : files) {
        const Result<std::string> text = read_file(file);
        if (!text)
            return text.error();
        Result<std::vector<ConllSentence>> gold = entities::parse_conll(*text);
        if (!gold)
            return std::move(gold).error().within(file);
        const std::string name = std::filesystem::path{file}.stem();
        rows.emplace_back(name, std::array{score(tagger, *gold), score(tagger, in_small_letters(*gold))});
        if (details) {
            print_details(name, rows.back().second[0]);
            print_details(name + ", in small letters", rows.back().second[1]);
        }
    }
    std::printf("| set | PER | LOC | ORG | the three | in small letters |\n|---|---|---|---|---|---|\n");
    for (auto& [name, tables] : rows)
        std::printf("| %s | %.1f | %.1f | %.1f | **%.1f** | %.1f |\n", name.c_str(), tables[0]["PER"].f1(),
                    tables[0]["LOC"].f1(), tables[0]["ORG"].f1(), tables[0]["PER+LOC+ORG"].f1(),
                    tables[1]["PER+LOC+ORG"].f1());
    return {};
}

}  // namespace rialto::ner
