#include "entities/rules.hpp"

#include "entities/dates.hpp"
#include "entities/quantities.hpp"

namespace rialto::entities {

void find_by_rules(const std::vector<Term>& sentence, std::vector<Entity>& found) {
    const Terms view{sentence};
    for (std::size_t at = 0; at < sentence.size();) {
        if (!may_begin(sentence[at].kind)) {
            ++at;
            continue;
        }
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
