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

Entry::Entry(RuleId rule, const Place& place, std::size_t conditions, Shared<Entry> next)
    : rule_{rule},
      next_{std::move(next)},
      lead_{place.lead},
      schema_{place.schema},
      key_count_{static_cast<std::uint32_t>(place.keys.size())},
      condition_count_{static_cast<std::uint32_t>(conditions)} {}

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

    static_assert(sizeof(Entry) % alignof(Filed) == 0 && sizeof(Filed) % alignof(Condition) == 0);
    const auto keys_size = place.keys.size() * sizeof(Filed);
    const auto heads_size = heads.size() * sizeof(Condition);
    void* memory = ::operator new(sizeof(Entry) + keys_size + heads_size + code.size());
    auto* entry = new (memory) Entry{rule, place, heads.size(), std::move(next)};
    auto* behind = reinterpret_cast<char*>(entry + 1);
    std::memcpy(behind, place.keys.data(), keys_size);
    std::memcpy(behind + keys_size, heads.data(), heads_size);
    std::ranges::copy(code, behind + keys_size + heads_size);
    return Shared<Entry>{entry};
}

}  // namespace rialto::pattern
