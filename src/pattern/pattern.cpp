#include "rialto/pattern/pattern.hpp"

#include "pattern/pattern_parser.hpp"
#include "pattern/rules.hpp"

namespace rialto::pattern {

Result<Pattern> Pattern::parse(std::string_view text) {
    if (text.size() > kMaxSize)
        return Error{Errc::InvalidArgument, "Event pattern is too large: " + std::to_string(text.size()) +
                                                " bytes, at most " + std::to_string(kMaxSize) + " are allowed"};
    auto rules = parse_rules(text);
    if (!rules)
        return std::move(rules).error();
    return Pattern{std::make_shared<const Rules>(std::move(*rules))};
}

const std::string& Pattern::text() const { return rules_->text; }

std::size_t Pattern::expanded_size() const {
    std::size_t size = 0;
    for (const Alternative& alternative : rules_->alternatives)
        for (const Field& field : alternative)
            size += field.path.size() + field.condition->source.size();
    return size;
}

}  // namespace rialto::pattern
