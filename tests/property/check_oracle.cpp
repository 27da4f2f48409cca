// check_oracle [--pairs N] [--seed S] [--differences N]: puts patterns and events made at random to the pattern engine
// and to the oracle, until N pairs (1,000,000 if not told) have been compared, or N differences (1) been found. The
// seeds of the scripts count up from S (1). Prints each difference, made small, and what was compared. Exit 1 if there
// was a difference, 2 for a wrong argument.
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string_view>

#include "tests/property/search.hpp"

namespace {

using namespace rialto::property;

struct Options {
    std::size_t pairs = 1'000'000;
    std::uint64_t seed = 1;
    std::size_t differences = 1;
};

std::optional<Options> parse_options(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; i += 2) {
        const std::string_view name = argv[i];
        if (i + 1 == argc)
            return std::nullopt;
        const auto number = std::strtoull(argv[i + 1], nullptr, 10);
        if (name == "--pairs")
            options.pairs = number;
        else if (name == "--seed")
            options.seed = number;
        else if (name == "--differences")
            options.differences = number;
        else
            return std::nullopt;
    }
    return options;
}

void print(const Counts& counts) {
    std::cout << counts.patterns << " patterns, " << counts.invalid << " of them invalid; " << counts.events
              << " events, " << counts.refused << " of them invalid; " << counts.pairs << " pairs, " << counts.matches
              << " of them matches\n";
}

}  // namespace

int main(int argc, char** argv) {
    const auto options = parse_options(argc, argv);
    if (!options) {
        std::cerr << "usage: check_oracle [--pairs N] [--seed S] [--differences N]\n";
        return 2;
    }
    Counts counts;
    std::size_t differences = 0;
    for (auto seed = options->seed; counts.pairs < options->pairs && differences < options->differences; ++seed) {
        if (const auto finding = find_in(seed, counts)) {
            std::cout << to_text(*finding) << '\n' << std::flush;
            ++differences;
        }
    }
    print(counts);
    return differences > 0 ? 1 : 0;
}
