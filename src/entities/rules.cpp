#include "entities/rules.hpp"

#include "entities/dates.hpp"
#include "entities/quantities.hpp"

namespace rialto::entities {

void find_by_rules(const std::vector<std::string_view>& sentence, std::vector<Entity>& found) {
    std::vector<Term> terms;
    terms.reserve(sentence.size());
    for (const std::string_view token : sentence)
        terms.push_back(classify(token));
    const Terms view{terms};
    for (std::size_t at = 0; at < terms.size();) {
        Match match = match_date(view, at);
        Type type = Type::Date;
        if (match.size == 0) {
            match = match_quantity(view, at);
            type = Type::Quantity;
        }
        if (match.size != 0)
            found.push_back({type, at, at + match.size, match.score});
        at += match.size == 0 ? 1 : match.size;
    }
}

}  // namespace rialto::entities
