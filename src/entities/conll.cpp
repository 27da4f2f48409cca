#include "rialto/entities/conll.hpp"

#include <algorithm>
#include <array>

#include "entities/characters.hpp"
#include "entities/tokenizer.hpp"
#include "rialto/base/utf8.hpp"

namespace rialto::entities {
namespace {

void append_line(std::string& out, std::string_view token, std::string_view tag) {
    out.append(token).append("\t").append(tag).append("\n");
}

/// The tag of a token that begins at `begin`, given the first entity that ends after it.
std::string tag_of(std::size_t begin, const Entity* entity) {
    if (entity == nullptr || begin < entity->begin)
        return "O";
    return std::string{begin == entity->begin ? "B-" : "I-"} + std::string{conll_name_of(entity->type)};
}

/// Gives the entity that ends after a position; positions only grow.
class Cursor {
public:
    explicit Cursor(const std::vector<Entity>& entities) : entities_{&entities} {}

    const Entity* at(std::size_t position) {
        while (next_ < entities_->size() && (*entities_)[next_].end <= position)
            ++next_;
        return next_ < entities_->size() ? &(*entities_)[next_] : nullptr;
    }

private:
    const std::vector<Entity>* entities_;
    std::size_t next_ = 0;
};

struct Line {
    std::string_view text;  ///< Of a token without what follows a tab.
    bool is_token;
    bool begins_text;
};

Line read_line(std::string_view line) {
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    const std::size_t tab = std::min(line.find('\t'), line.size());
    const bool comment = line.starts_with("# ") && tab == line.size();
    if (tab == 0 || comment)
        return {line, false, false};
    const std::string_view token = line.substr(0, tab);
    return {token, true, token.substr(0, token.find(' ')) == "-DOCSTART-"};
}

/// Appends the lines of one text, tagged.
void append_tagged(std::string& out, const Tagger& tagger, const std::vector<Line>& text) {
    std::vector<std::vector<std::string_view>> sentences(1);
    for (const Line& line : text) {
        if (line.is_token)
            sentences.back().push_back(line.text);
        else if (!sentences.back().empty())
            sentences.emplace_back();
    }
    const auto found = tagger.tag_sentences(sentences);
    std::size_t sentence = 0;
    std::size_t at = 0;
    Cursor cursor{found[0]};
    for (const Line& line : text) {
        if (line.is_token) {
            append_line(out, line.text, tag_of(at, cursor.at(at)));
            ++at;
            continue;
        }
        out.append(line.text).append("\n");
        if (at == 0)
            continue;
        at = 0;
        cursor = Cursor{found[++sentence]};
    }
}

Result<ConllToken> parse_line(std::string_view line, std::size_t number) {
    if (!is_utf8(line))
        return Error{Errc::InvalidArgument, "line " + std::to_string(number) + ": is not UTF-8"};
    const std::size_t first = line.find('\t');
    const std::size_t tag = line.rfind('\t');
    if (first == 0 || first == std::string_view::npos || tag + 1 == line.size())
        return Error{Errc::InvalidArgument, "line " + std::to_string(number) + ": needs a token, a tab and a tag"};
    return ConllToken{std::string{line.substr(0, first)}, std::string{line.substr(tag + 1)}};
}

}  // namespace

std::string_view conll_name_of(Type type) {
    constexpr std::array<std::string_view, 9> kNames{"PER",  "LOC",      "ORG",   "PROD", "EVENT",
                                                     "DATE", "QUANTITY", "TITLE", "MISC"};
    return kNames[static_cast<std::size_t>(type)];
}

std::string to_conll(const Tagger& tagger, std::string_view text) {
    const std::vector<Entity> entities = tagger.tag(text);
    Cursor cursor{entities};
    Tokenizer tokenizer{text};
    std::vector<Token> sentence;
    std::string out;
    while (tokenizer.next_sentence(sentence)) {
        for (const Token& token : sentence)
            append_line(out, token.in(text), tag_of(token.begin, cursor.at(token.begin)));
        out += '\n';
    }
    return out;
}

void retag(const Tagger& tagger, std::vector<ConllSentence>& sentences) {
    std::vector<std::vector<std::string_view>> words;
    for (const ConllSentence& sentence : sentences) {
        words.emplace_back();
        for (const ConllToken& token : sentence)
            words.back().push_back(token.text);
    }
    const auto found = tagger.tag_sentences(words);
    for (std::size_t s = 0; s < sentences.size(); ++s) {
        Cursor cursor{found[s]};
        for (std::size_t i = 0; i < sentences[s].size(); ++i)
            sentences[s][i].tag = tag_of(i, cursor.at(i));
    }
}

std::string tag_conll(const Tagger& tagger, std::string_view lines) {
    std::string out;
    std::vector<Line> text;
    for (std::size_t at = 0; at < lines.size();) {
        const std::size_t end = std::min(lines.find('\n', at), lines.size());
        const Line line = read_line(lines.substr(at, end - at));
        at = end + 1;
        if (line.begins_text) {
            append_tagged(out, tagger, text);
            text.clear();
        }
        text.push_back(line);
    }
    append_tagged(out, tagger, text);
    return out;
}

Result<std::vector<ConllSentence>> parse_conll(std::string_view text) {
    std::vector<ConllSentence> sentences;
    bool open = false;
    for (std::size_t at = 0, number = 1; at < text.size(); ++number) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string_view line = text.substr(at, end - at);
        at = end + 1;
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (line.empty()) {
            open = false;
            continue;
        }
        Result<ConllToken> token = parse_line(line, number);
        if (!token)
            return token.error();
        if (!open)
            sentences.emplace_back();
        open = true;
        sentences.back().push_back(*std::move(token));
    }
    return sentences;
}

std::string in_small_letters(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();)
        append_utf8(out, lower(next_code_point(text, at)));
    return out;
}

}  // namespace rialto::entities
