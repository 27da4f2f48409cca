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

/// Tags a sentence that is in tokens already; what tags it had are replaced.
void retag(const Tagger& tagger, ConllSentence& sentence);

/// Lines of `token TAB ... TAB tag`; empty lines part sentences. InvalidArgument names the line that is neither.
Result<std::vector<ConllSentence>> parse_conll(std::string_view text);

std::string write_conll(const std::vector<ConllSentence>& sentences);

}  // namespace rialto::entities
