#pragma once

#include <string>
#include <vector>

namespace rialto::pattern::test {

/// A line of tests/data/patterns/*.txt: what is expected, a pattern, and an event or, for "invalid", the reason.
struct Case {
    std::string expect;
    std::string pattern;
    std::string event_or_reason;
    std::string place;  ///< file:line
};

/// All cases of all files, by file name.
std::vector<Case> all_cases();

}  // namespace rialto::pattern::test
