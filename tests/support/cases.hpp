#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "rialto/json/value.hpp"

namespace rialto::testing {

/// The cases of a file below tests/data, one JSON object a line.
inline std::vector<json::Value> read_cases(const std::string& name) {
    std::ifstream file{RIALTO_TEST_DATA "/" + name};
    std::vector<json::Value> cases;
    for (std::string line; std::getline(file, line);)
        cases.push_back(json::parse(line).value());
    return cases;
}

inline std::string text_of(const json::Value& value, std::string_view name) { return *value.find(name)->as_string(); }

}  // namespace rialto::testing
