// The input is a pattern: the engine takes it if and only if the oracle does, and says why not.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "rialto/base/utf8.hpp"
#include "tests/property/comparison.hpp"

using namespace rialto;
using namespace rialto::property;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 2000)
        return 0;
    const std::string text{reinterpret_cast<const char*>(data), size};
    const auto pattern = pattern::Pattern::parse(text);
    if (pattern ? pattern->text() != text
                : pattern.error().code != Errc::InvalidArgument || !is_utf8(pattern.error().message) ||
                      pattern.error().message.empty())
        std::abort();

    const Script script = {
        {.kind = Step::Kind::Add, .text = text},
        {.kind = Step::Kind::Match,
         .text = R"({"a":[{"b":1},"x"],"detail":{"a":"10.0.0.1","b":null},"source":"Straße"})"},
        {.kind = Step::Kind::Remove, .text = {}},
    };
    Counts counts;
    if (const auto difference = find_difference(script, counts)) {
        std::fputs((to_text(script) + difference->text + "\n").c_str(), stderr);
        std::abort();
    }
    return 0;
}
