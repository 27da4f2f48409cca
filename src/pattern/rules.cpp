#include "pattern/rules.hpp"

#include <algorithm>

namespace rialto::pattern {

bool Condition::accepts(const Value& value) const {
    return std::ranges::any_of(tests, [&](const Predicate& test) { return test.accepts(value); });
}

std::string_view PathSteps::next() {
    const auto dot = rest.find('.');
    const auto step = rest.substr(0, dot);
    has_steps = dot != std::string_view::npos;
    rest.remove_prefix(has_steps ? dot + 1 : rest.size());
    return step;
}

}  // namespace rialto::pattern
