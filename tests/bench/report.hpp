#pragma once

#include <string>
#include <vector>

namespace rialto::bench {

struct Figure {
    std::string key;   ///< In the JSON.
    std::string what;  ///< In the table.
    double value = 0;
    std::string unit;
    std::string goal;  ///< Empty: none.
};

std::string to_markdown(const std::vector<Figure>& figures);
std::string to_json(const std::vector<Figure>& figures);

}  // namespace rialto::bench
