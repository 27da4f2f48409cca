#include "pattern/entry.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <numeric>
#include <string>

#include "pattern/condition_code.hpp"

namespace rialto::pattern {
namespace {

bool is_decided_by_key(const Condition& condition) {
    return !condition.may_be_absent && std::ranges::all_of(condition.tests, [](const Predicate& test) {
        return std::holds_alternative<ExactText>(test.test);
    });
}

bool names_address(const Condition& condition) {
    return std::ranges::any_of(condition.tests,
                               [](const Predicate& test) { return std::holds_alternative<ExactAddress>(test.test); });
}

}  // namespace

Entry::Entry(RuleId rule, std::size_t conditions, std::size_t filing_at, Shared<Entry> next)
    : rule_{rule},
      next_{std::move(next)},
      condition_count_{static_cast<std::uint32_t>(conditions)},
      filing_at_{static_cast<std::uint32_t>(filing_at)} {}

Shared<Entry> Entry::make(RuleId rule, std::span<const Placed> conditions, const Place& place, Shared<Entry> next) {
    boost::container::small_vector<std::uint32_t, 8> order(conditions.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::partition(order, [&](auto rank) { return !is_decided_by_key(*conditions[rank].condition); });

    std::string code;
    boost::container::small_vector<Condition, 8> heads;
    for (const auto rank : order) {
        const auto& [path, condition] = conditions[rank];
        heads.push_back({.path = path,
                         .rank = rank & 0x3fffffffU,
                         .may_be_absent = condition->may_be_absent,
                         .names_address = names_address(*condition),
                         .code = static_cast<std::uint32_t>(code.size())});
        encode(*condition, code);
    }

    static_assert(sizeof(Entry) % alignof(Condition) == 0 && sizeof(Filing) % alignof(Filed) == 0);
    const auto code_at = sizeof(Entry) + heads.size() * sizeof(Condition);
    const auto filing_at = (code_at + code.size() + alignof(Filing) - 1) / alignof(Filing) * alignof(Filing);
    const auto keys_size = place.keys.size() * sizeof(Filed);
    void* memory = ::operator new(filing_at + sizeof(Filing) + keys_size);
    auto* entry = new (memory) Entry{rule, heads.size(), filing_at, std::move(next)};
    auto* begin = static_cast<char*>(memory);
    std::memcpy(begin + sizeof(Entry), heads.data(), heads.size() * sizeof(Condition));
    std::ranges::copy(code, begin + code_at);
    const Filing filing{.lead = place.lead, .schema = place.schema, .key_count = place.keys.size()};
    std::memcpy(begin + filing_at, &filing, sizeof filing);
    std::memcpy(begin + filing_at + sizeof filing, place.keys.data(), keys_size);
    return Shared<Entry>{entry};
}

}  // namespace rialto::pattern
