// The last line of the input is an event, each line before it a pattern: the engine and the oracle must agree on all,
// also when the rules are in two matchers that share what they have in common, and when every other one is gone.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "tests/property/comparison.hpp"

using namespace rialto::property;

namespace {

Script script_of(std::string text) {
    Script script;
    rialto::pattern::RuleId id = 0;
    for (auto end = text.find('\n'); end != std::string::npos && id < 8; end = text.find('\n')) {
        script.push_back({.kind = Step::Kind::Add, .id = id++, .text = text.substr(0, end)});
        text.erase(0, end + 1);
    }
    script.push_back({.kind = Step::Kind::Match, .text = text});
    script.push_back({.kind = Step::Kind::Copy, .text = {}});
    for (rialto::pattern::RuleId odd = 1; odd < id; odd += 2)
        script.push_back({.kind = Step::Kind::Remove, .id = odd, .text = {}});
    script.push_back({.kind = Step::Kind::Match, .text = text});
    script.push_back({.kind = Step::Kind::Match, .matcher = 1, .text = text});
    return script;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 2000)
        return 0;
    const auto script = script_of({reinterpret_cast<const char*>(data), size});
    Counts counts;
    if (const auto difference = find_difference(script, counts)) {
        std::fputs((to_text(script) + difference->text + "\n").c_str(), stderr);
        std::abort();
    }
    return 0;
}
