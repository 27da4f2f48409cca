#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace rialto::entities {

/// A slice of the text, in bytes.
struct Token {
    std::size_t begin;
    std::size_t end;

    std::string_view in(std::string_view text) const { return text.substr(begin, end - begin); }
    bool operator==(const Token&) const = default;
};

/// Bounds that make the work per byte constant, whatever the text.
inline constexpr std::size_t kMaxSentenceTokens = 200;
inline constexpr std::size_t kMaxWordBytes = 128;
inline constexpr std::size_t kMaxChunkBytes = 2048;

/// Splits well-formed UTF-8 into sentences of tokens, much as the training data are split: punctuation, clitics ('s,
/// n't) and currency signs stand alone; abbreviations keep their full stop; URLs, e-mail addresses, @names, #tags and
/// hyphenated words stay whole. Spaces and control characters are in no token. `text` must outlive it.
class Tokenizer {
public:
    explicit Tokenizer(std::string_view text) : text_{text} {}

    /// The next sentence, of 1 to kMaxSentenceTokens tokens, replaces what is in `sentence`. False at the end.
    bool next_sentence(std::vector<Token>& sentence);

private:
    struct Gap {
        int newlines;
        bool list_item;
    };

    Gap skip_space();
    bool starts_sentence(Gap gap, const std::vector<Token>& sentence) const;
    std::size_t end_of_chunk() const;
    Token next_token(const std::vector<Token>& sentence) const;
    std::size_t end_of_address() const;
    std::size_t end_of_tag() const;
    std::size_t end_of_clitic(const std::vector<Token>& sentence) const;
    std::size_t end_of_word() const;
    std::size_t end_of_run() const;
    std::size_t with_full_stop(std::size_t end) const;
    std::string_view rest() const { return text_.substr(at_, chunk_end_ - at_); }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t chunk_end_ = 0;  ///< The end of the run without spaces that `at_` is in.
};

}  // namespace rialto::entities
