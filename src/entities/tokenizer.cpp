#include "entities/tokenizer.hpp"

#include <algorithm>
#include <array>

#include "entities/characters.hpp"
#include "entities/word_lists.hpp"

namespace rialto::entities {
namespace {

bool is_word(char32_t c) {
    const CharClass kind = class_of(c);
    return kind == CharClass::Letter || kind == CharClass::Digit;
}

bool is_letter(char32_t c) { return class_of(c) == CharClass::Letter; }
bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
bool is_apostrophe(char32_t c) { return c == U'\'' || c == 0x2019; }
bool is_capital(char32_t c) { return lower(c) != c; }

char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool starts_with_lower(std::string_view text, std::string_view lower_prefix) {
    return text.size() >= lower_prefix.size() &&
           std::equal(lower_prefix.begin(), lower_prefix.end(), text.begin(),
                      [](char wanted, char found) { return wanted == ascii_lower(found); });
}

/// The bytes of an apostrophe and the clitic after it, or 0: 's 'm 'd 're 've 'll, at the end of a word.
std::size_t clitic_size(std::string_view text) {
    const Char apostrophe = char_at(text, 0);
    if (!is_apostrophe(apostrophe.code))
        return 0;
    constexpr std::array<std::string_view, 6> kClitics{"s", "m", "d", "re", "ve", "ll"};
    const std::string_view after = text.substr(apostrophe.size);
    for (const std::string_view clitic : kClitics)
        if (starts_with_lower(after, clitic) && !is_word(char_at(after, clitic.size()).code))
            return apostrophe.size + clitic.size();
    return 0;
}

/// The bytes of "n't", or 0.
std::size_t negation_size(std::string_view text) {
    if (!starts_with_lower(text, "n"))
        return 0;
    const Char apostrophe = char_at(text, 1);
    if (!is_apostrophe(apostrophe.code))
        return 0;
    const std::size_t t = 1 + apostrophe.size;
    return starts_with_lower(text.substr(std::min(t, text.size())), "t") && !is_word(char_at(text, t + 1).code) ? t + 1
                                                                                                                : 0;
}

/// Whether the connector between two word characters joins them to one word.
bool joins(char32_t before, char32_t connector, char32_t after, bool single_letter) {
    if (connector == U'-' || connector == U'_' || connector == 0x2010 || connector == 0x2011 || connector == U'&')
        return true;
    if (is_apostrophe(connector))
        return is_letter(after);
    if (connector == U'.')
        return single_letter || is_digit(after) || (is_letter(after) && !is_capital(after));
    return (connector == U',' || connector == U':' || connector == U'/') && is_digit(before) && is_digit(after);
}

bool is_local_part(char32_t c) {
    return c < 0x80 && (is_word(c) || c == U'.' || c == U'_' || c == U'%' || c == U'+' || c == U'-');
}

/// The bytes of an e-mail address at the start of `text`, or 0. Looks at a bounded number of bytes.
std::size_t email_size(std::string_view text) {
    constexpr std::size_t kMaxLocalPart = 64;
    std::size_t at = 0;
    while (at < text.size() && at <= kMaxLocalPart && is_local_part(char_at(text, at).code))
        ++at;
    if (at == 0 || at >= text.size() || text[at] != '@')
        return 0;
    std::size_t end = at + 1;
    while (end < text.size() && is_local_part(char_at(text, end).code))
        ++end;
    while (text[end - 1] == '.')
        --end;
    const std::string_view host = text.substr(at + 1, end - at - 1);
    return host.find('.', 1) != std::string_view::npos ? end : 0;
}

bool is_closing(std::string_view token) {
    return token == "\"" || token == "'" || token == "''" || token == ")" || token == "]" || token == "”" ||
           token == "’" || token == "»";
}

bool ends_sentence(std::string_view token) {
    if (token == "…" || token == "。" || token == "！" || token == "？")
        return true;
    return token.find_first_not_of(".!?") == std::string_view::npos;
}

}  // namespace

bool Tokenizer::next_sentence(std::vector<Token>& sentence) {
    sentence.clear();
    while (sentence.size() < kMaxSentenceTokens) {
        if (at_ >= chunk_end_) {
            const Gap gap = skip_space();
            if (at_ >= text_.size())
                break;
            chunk_end_ = end_of_chunk();
            if (starts_sentence(gap, sentence))
                break;
        }
        sentence.push_back(next_token(sentence));
        at_ = sentence.back().end;
    }
    return !sentence.empty();
}

Tokenizer::Gap Tokenizer::skip_space() {
    Gap gap{0, false};
    for (Char c = char_at(text_, at_); c.size > 0 && class_of(c.code) == CharClass::Space; c = char_at(text_, at_)) {
        gap.newlines += c.code == U'\n' ? 1 : 0;
        at_ += c.size;
    }
    const char32_t next = char_at(text_, at_).code;
    gap.list_item =
        gap.newlines > 0 && (next == U'-' || next == U'*' || next == U'#' || next == 0x2022 || next == U'>');
    return gap;
}

bool Tokenizer::starts_sentence(Gap gap, const std::vector<Token>& sentence) const {
    if (sentence.empty())
        return false;
    if (gap.newlines > 1 || gap.list_item)
        return true;
    const bool spaced = at_ > sentence.back().end;
    const char32_t next = char_at(text_, at_).code;
    if (!spaced || (is_letter(next) && lower(next) == next && next < 0x2E80))
        return false;
    std::size_t i = sentence.size();
    while (i > 1 && is_closing(sentence[i - 1].in(text_)))
        --i;
    return ends_sentence(sentence[i - 1].in(text_));
}

std::size_t Tokenizer::end_of_chunk() const {
    std::size_t end = at_;
    for (Char c = char_at(text_, end); c.size > 0 && end - at_ < kMaxChunkBytes; c = char_at(text_, end)) {
        if (class_of(c.code) == CharClass::Space)
            break;
        end += c.size;
    }
    return end;
}

Token Tokenizer::next_token(const std::vector<Token>& sentence) const {
    const char32_t c = char_at(text_, at_).code;
    std::size_t end = 0;
    if (is_word(c)) {
        end = end_of_address();
        if (end == 0)
            end = end_of_word();
    } else if (c == U'@' || c == U'#') {
        end = end_of_tag();
    } else if (is_apostrophe(c)) {
        end = end_of_clitic(sentence);
    } else if (c == U'-' && is_digit(char_at(rest(), 1).code) && (sentence.empty() || sentence.back().end != at_)) {
        end = end_of_word();  // "-5"
    }
    return {at_, end != 0 ? end : end_of_run()};
}

/// The end of a URL or an e-mail address, without the punctuation that closes the clause; 0 if there is none here.
std::size_t Tokenizer::end_of_address() const {
    const std::string_view chunk = rest();
    if (!starts_with_lower(chunk, "http://") && !starts_with_lower(chunk, "https://") &&
        !starts_with_lower(chunk, "www.")) {
        const std::size_t size = email_size(chunk);
        return size == 0 ? 0 : at_ + size;
    }
    const std::size_t last = chunk.find_last_not_of(".,;:!?)]}>\"'");
    return last == std::string_view::npos ? 0 : at_ + last + 1;
}

std::size_t Tokenizer::end_of_tag() const {
    std::size_t end = at_ + 1;
    for (Char c = char_at(text_, end); end < chunk_end_ && end - at_ < kMaxWordBytes; c = char_at(text_, end)) {
        if (!is_word(c.code) && c.code != U'_')
            break;
        end += c.size;
    }
    return end > at_ + 1 ? end : 0;
}

std::size_t Tokenizer::end_of_clitic(const std::vector<Token>& sentence) const {
    const bool after_word = !sentence.empty() && sentence.back().end == at_;
    const std::size_t size = after_word ? clitic_size(rest()) : 0;
    return size == 0 ? 0 : at_ + size;
}

std::size_t Tokenizer::end_of_word() const {
    if (const std::size_t negation = negation_size(rest()); negation != 0)
        return at_ + negation;
    char32_t before = 0;
    std::size_t piece = 0;  // Characters since the last connector.
    std::size_t end = at_;
    while (end < chunk_end_ && end - at_ < kMaxWordBytes) {
        const Char c = char_at(text_, end);
        const std::string_view here = text_.substr(end, chunk_end_ - end);
        if (is_word(c.code)) {
            if (end > at_ && negation_size(here) != 0)
                return end;
            ++piece;
        } else {
            const char32_t after = char_at(here, c.size).code;
            if (!is_word(after) || clitic_size(here) != 0 || !joins(before, c.code, after, piece == 1))
                break;
            piece = 0;
        }
        before = c.code;
        end += c.size;
    }
    return with_full_stop(end);
}

/// Takes in the full stop of an initial ("J."), an acronym ("U.S.") or a known abbreviation ("Mr.").
std::size_t Tokenizer::with_full_stop(std::size_t end) const {
    if (end >= chunk_end_ || text_[end] != '.' || (end + 1 < text_.size() && text_[end + 1] == '.'))
        return end;
    const std::string_view word = text_.substr(at_, end - at_);
    const bool initial = word.size() == 1 && is_capital(char_at(word, 0).code) && word != "I";
    const bool acronym =
        word.size() >= 3 && word[word.size() - 2] == '.' && is_letter(char_at(word, word.size() - 1).code);
    return initial || acronym || is_abbreviation(word, text_.substr(end + 1)) ? end + 1 : end;
}

/// Punctuation stands alone, but for runs of one character ("...", "!!!") and of emoji.
std::size_t Tokenizer::end_of_run() const {
    const Char first = char_at(text_, at_);
    const bool symbol = class_of(first.code) == CharClass::Symbol;
    std::size_t end = at_ + first.size;
    while (end < chunk_end_ && end - at_ + 4 <= kMaxWordBytes) {
        const Char c = char_at(text_, end);
        if (symbol ? class_of(c.code) != CharClass::Symbol : c.code != first.code)
            break;
        end += c.size;
    }
    return end;
}

}  // namespace rialto::entities
