#include "entities/quantities.hpp"

namespace rialto::entities {
namespace {

using enum TermKind;

bool is_number_part(const Terms& terms, std::size_t at) {
    return terms.is_digits(at) || terms.is(at, NumberWord) || terms.is(at, Scale);
}

}  // namespace

std::size_t number_size(const Terms& terms, std::size_t at) {
    std::size_t end = at;
    if (terms.is(at, Article) && (terms.is(at + 1, Scale) || terms.is(at + 1, NumberWord)))
        ++end;
    while (is_number_part(terms, end))
        ++end;
    return end - at;
}

Match match_quantity(const Terms& terms, std::size_t at) {
    if (terms.is(at, Measure))
        return {1, kCertain};
    if (terms.is(at, CurrencySign)) {
        if (terms.is(at + 1, Measure))
            return {2, kCertain};
        const std::size_t number = number_size(terms, at + 1);
        return number == 0 ? Match{} : Match{1 + number, kCertain};
    }
    const std::size_t number = number_size(terms, at);
    if (number == 0)
        return {};
    const TermKind after = terms.kind(at + number);
    if (after == Unit || after == Currency)
        return {number + 1, kCertain};
    if (after == CurrencySign && terms.is_digits(at) && !terms.is_digits(at + number + 1))
        return {number + 1, kCertain};
    if (after == Period)
        return {number + 1, kLikely};
    return number > 1 && terms.is(at + number - 1, Scale) ? Match{number, kLikely} : Match{};
}

}  // namespace rialto::entities
