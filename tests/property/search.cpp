#include "tests/property/search.hpp"

#include "tests/property/shrink.hpp"

namespace rialto::property {

std::optional<Finding> find_in(std::uint64_t seed, Counts& counts) {
    const auto script = any_script(seed);
    auto difference = find_difference(script, counts);
    if (!difference)
        return std::nullopt;
    const auto fails = [kind = difference->kind](const Script& smaller) {
        Counts uncounted;
        const auto found = find_difference(smaller, uncounted);
        return found && found->kind == kind;
    };
    Finding finding{.seed = seed, .script = shrunk(script, fails), .difference = {}};
    Counts uncounted;
    finding.difference = find_difference(finding.script, uncounted).value();
    return finding;
}

std::string to_text(const Finding& finding) {
    return "seed " + std::to_string(finding.seed) + ", made small:\n" + to_text(finding.script) + "==> " +
           finding.difference.text + "\n";
}

}  // namespace rialto::property
