#include "pattern/folding.hpp"

#include <algorithm>

#include "pattern/case_tables.hpp"
#include "rialto/base/utf8.hpp"

namespace rialto::pattern {

std::vector<CaseForms> case_forms(std::string_view text) {
    std::vector<CaseForms> forms;
    for (std::size_t at = 0; at < text.size();) {
        const auto begin = at;
        const char32_t c = next_code_point(text, at);
        if (c > 0xffff) {
            const std::string itself{text.substr(begin, at - begin)};
            forms.push_back({itself, itself});
        } else {
            forms.push_back({lower_case(c), upper_case(c)});
        }
    }
    return forms;
}

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace rialto::pattern
