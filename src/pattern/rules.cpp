#include "pattern/rules.hpp"

namespace rialto::pattern {

std::string_view PathSteps::next() {
    const auto dot = rest.find('.');
    const auto step = rest.substr(0, dot);
    has_steps = dot != std::string_view::npos;
    rest.remove_prefix(has_steps ? dot + 1 : rest.size());
    return step;
}

}  // namespace rialto::pattern
