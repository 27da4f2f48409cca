#include "pattern/table.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <random>

namespace rialto::pattern {
namespace {

using Reference = std::map<std::uint64_t, int>;

bool is_same(const Table<int>& table, const Reference& reference) {
    std::size_t count = 0;
    table.for_each([&](int) { ++count; });
    if (count != reference.size())
        return false;
    for (const auto& [key, value] : reference)
        if (const int* found = table.find(key); !found || *found != value)
            return false;
    return true;
}

}  // namespace

TEST_CASE("copies of a table change apart from each other", "[pattern]") {
    std::mt19937_64 random{1};
    std::vector<std::uint64_t> keys(3000);
    for (auto& key : keys)
        key = random() | 1;
    std::vector<std::pair<Table<int>, Reference>> copies(1);

    for (int step = 0; step < 40'000; ++step) {
        auto& [table, reference] = copies[random() % copies.size()];
        const auto key = keys[random() % keys.size()];
        if (random() % 3 == 0) {
            table.erase(key);
            reference.erase(key);
        } else {
            table.own(key) = step;
            reference[key] = step;
        }
        if (step % 2000 == 0 && copies.size() < 8)
            copies.push_back(std::vector{copies[random() % copies.size()]}.front());
    }

    for (const auto& [table, reference] : copies)
        CHECK(is_same(table, reference));
}

TEST_CASE("a table finds keys that differ in their lowest or highest bits only", "[pattern]") {
    Table<int> table;
    Reference reference;
    for (std::uint64_t i = 1; i < 200; ++i) {
        table.own(i) = static_cast<int>(i);
        reference[i] = static_cast<int>(i);
        table.own(i << 56 | 7) = static_cast<int>(1000 + i);
        reference[i << 56 | 7] = static_cast<int>(1000 + i);
    }

    CHECK(is_same(table, reference));
    CHECK(table.find(200) == nullptr);
}

}  // namespace rialto::pattern
