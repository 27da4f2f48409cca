#include "cases.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace rialto::pattern::test {
namespace {

void read_file(const std::filesystem::path& path, std::vector<Case>& cases) {
    std::ifstream file{path};
    int number = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        if (line.starts_with('#'))
            continue;
        const auto first = line.find('\t');
        const auto second = line.find('\t', first + 1);
        cases.push_back({line.substr(0, first), line.substr(first + 1, second - first - 1), line.substr(second + 1),
                         path.filename().string() + ":" + std::to_string(number)});
    }
}

}  // namespace

std::vector<Case> all_cases() {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator{RIALTO_TEST_DATA "/patterns"})
        files.push_back(entry.path());
    std::ranges::sort(files);
    std::vector<Case> cases;
    for (const auto& file : files)
        read_file(file, cases);
    return cases;
}

}  // namespace rialto::pattern::test
