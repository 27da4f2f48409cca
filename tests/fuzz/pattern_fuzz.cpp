// The first line is a pattern, the rest an event: neither may crash, and the matcher must agree with the explanation.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "rialto/pattern/matcher.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rialto::pattern;
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    const auto line = input.substr(0, input.find('\n'));
    const auto event = input.substr(line.size() < input.size() ? line.size() + 1 : line.size());
    const auto pattern = Pattern::parse(line);
    if (!pattern)
        return 0;
    Matcher matcher;
    matcher.add(1, *pattern);
    Scratch scratch;
    std::vector<RuleId> found;
    const auto status = matcher.match(event, scratch, found);
    const auto explanation = explain(*pattern, event);
    // Only a search that is cut off may end differently: an alternative that is no candidate costs the matcher nothing.
    const bool cut_off = !explanation && explanation.error().code == rialto::Errc::LimitExceeded;
    if (!cut_off &&
        (status.has_value() != explanation.has_value() || (status && explanation->matches == found.empty())))
        std::abort();
    return 0;
}
