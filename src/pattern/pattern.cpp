#include "rialto/pattern/pattern.hpp"

#include "pattern/pattern_parser.hpp"

namespace rialto::pattern {

Result<Pattern> Pattern::parse(std::string_view text) {
    auto rules = parse_rules(text);
    if (!rules)
        return std::move(rules).error();
    return Pattern{std::make_shared<const Rules>(std::move(*rules))};
}

const std::string& Pattern::text() const { return rules_->text; }

}  // namespace rialto::pattern
