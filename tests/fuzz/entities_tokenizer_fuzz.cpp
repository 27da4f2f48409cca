#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "entities/characters.hpp"
#include "entities/tokenizer.hpp"
#include "rialto/base/utf8.hpp"

/// Any bytes, repaired: tokens are whole code points, in order, within the bounds, and leave out only spaces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rialto::entities;
    const std::string text = rialto::repair_utf8({reinterpret_cast<const char*>(data), size});
    Tokenizer tokenizer{text};
    std::vector<Token> sentence;
    std::size_t at = 0;
    const auto only_spaces = [&text](std::size_t begin, std::size_t end) {
        while (begin < end) {
            const Char c = char_at(text, begin);
            if (class_of(c.code) != CharClass::Space)
                return false;
            begin += c.size;
        }
        return begin == end;
    };
    while (tokenizer.next_sentence(sentence)) {
        if (sentence.empty() || sentence.size() > kMaxSentenceTokens)
            std::abort();
        for (const Token& token : sentence) {
            const bool sound = token.begin >= at && token.end > token.begin && token.end <= text.size() &&
                               rialto::is_utf8(token.in(text)) && only_spaces(at, token.begin);
            if (!sound)
                std::abort();
            at = token.end;
        }
    }
    if (!only_spaces(at, text.size()))
        std::abort();
    return 0;
}
