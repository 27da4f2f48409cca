#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "entities/feature_table.hpp"
#include "entities/slot_table.hpp"
#include "entities/train/random.hpp"

namespace rialto::entities {
namespace {

constexpr std::size_t kKeys = 5000;

std::vector<std::uint64_t> keys(std::uint64_t seed) {
    Random random{seed};
    std::vector<std::uint64_t> made(kKeys);
    for (std::uint64_t& key : made)
        key = random.next();
    return made;
}

template <class T>
std::string_view bytes_of(const std::vector<T>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

/// Calls find(key) for keys that are there, with their numbers from 1, and counts those of others that seem to be.
template <class Find>
std::size_t check_table(Find find) {
    const auto there = keys(1);
    for (std::size_t i = 0; i < there.size(); ++i)
        REQUIRE(find(there[i]) == i % 100 + 1);
    std::size_t wrong = 0;
    for (const std::uint64_t key : keys(2))
        wrong += find(key) != 0 ? 1 : 0;
    return wrong;
}

}  // namespace

TEST_CASE("the table of features finds what is in it, and next to nothing else", "[entities]") {
    std::vector<std::pair<std::uint64_t, std::uint32_t>> pairs;
    for (const std::uint64_t key : keys(1))
        pairs.emplace_back(key, static_cast<std::uint32_t>(pairs.size() % 100 + 1));
    const std::string bytes = FeatureTable::build(pairs);

    CHECK(check_table([table = FeatureTable{bytes}](std::uint64_t key) { return table.find(key); }) < 10);
    CHECK(FeatureTable{""}.find(1) == 0);
    CHECK(FeatureTable{std::string(64, '\xFF')}.find(1) == 0);
}

TEST_CASE("the tables of words and phrases find what is in them, and next to nothing else", "[entities]") {
    using Table = SlotTable<std::uint32_t, 9>;
    std::vector<std::pair<std::uint64_t, std::uint32_t>> pairs;
    for (const std::uint64_t key : keys(1))
        pairs.emplace_back(key, static_cast<std::uint32_t>(pairs.size() % 100 + 1));
    const auto slots = Table::build(pairs);

    CHECK(check_table([table = Table{bytes_of(slots)}](std::uint64_t key) { return table.find(key); }) < 10);
    CHECK(Table{""}.find(1) == 0);
    CHECK(Table{std::string_view{"abc"}}.find(1) == 0);
}

}  // namespace rialto::entities
