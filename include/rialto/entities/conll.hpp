#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rialto/base/result.hpp"
#include "rialto/entities/tagger.hpp"

namespace rialto::entities {

struct ConllToken {
    std::string text;
    std::string tag;  ///< BIO: "O", "B-PER", "I-PER".
};
using ConllSentence = std::vector<ConllToken>;

/// "PER", "LOC", "ORG", "PROD", "EVENT", "DATE", "QUANTITY", "TITLE", "MISC".
std::string_view conll_name_of(Type type);

/// Raw text to lines of `token TAB tag`, with an empty line after each sentence.
std::string to_conll(const Tagger& tagger, std::string_view text);

/// Tags the sentences of one text; what tags they had are replaced.
void retag(const Tagger& tagger, std::vector<ConllSentence>& sentences);

/// Tags a text that is in tokens already, one a line (what follows a tab is ignored), with an empty line between
/// sentences: for each token the line `token TAB tag`, for each other line (empty, or beginning with a tab) itself;
/// a CR at the end of a line is dropped. A line whose first word is `-DOCSTART-` begins another text, and is a token.
/// Lines of `# ` and more, without a tab, are comments.
std::string tag_conll(const Tagger& tagger, std::string_view lines);

/// Lines of `token TAB ... TAB tag`; empty lines part sentences. InvalidArgument names the line that is
/// neither, or not UTF-8.
Result<std::vector<ConllSentence>> parse_conll(std::string_view text);

/// Latin, Greek and Cyrillic; all else is left as it is.
std::string in_small_letters(std::string_view text);

}  // namespace rialto::entities
