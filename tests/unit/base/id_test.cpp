#include "rialto/base/id.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <thread>
#include <vector>

#include "rialto/base/encoding.hpp"

using namespace rialto;

namespace {

/// The same bytes for ever.
class FixedRandom final : public Random {
public:
    void fill(std::span<std::byte> bytes) override { std::ranges::fill(bytes, std::byte{0xff}); }
};

}  // namespace

TEST_CASE("a random UUID says its version and variant", "[base][id]") {
    FixedRandom random;
    CHECK(uuid_v4(random) == "ffffffff-ffff-4fff-bfff-ffffffffffff");
}

TEST_CASE("a token holds the bytes that were asked for", "[base][id]") {
    SystemRandom random;

    const auto token = random_token(random, 24);

    CHECK(token.size() == 32);
    CHECK(from_base64(token)->size() == 24);
    CHECK(token != random_token(random, 24));
}

TEST_CASE("a sortable id begins with its time", "[base][id]") {
    FixedRandom random;
    const ManualClock clock{TimePoint{Duration{0x0123456789ab}}};
    SortableIds ids{clock, random};

    CHECK(ids.next() == "01234567-89ab-7000-bfff-ffffffffffff");
    CHECK(ids.next() == "01234567-89ab-7001-bfff-ffffffffffff");
}

TEST_CASE("sortable ids keep their order at any rate and when the clock steps back", "[base][id]") {
    FixedRandom random;
    ManualClock clock;
    SortableIds ids{clock, random};

    std::vector<std::string> made;
    for (int i = 0; i < 10'000; ++i) {
        made.push_back(ids.next());
        if (i % 1000 == 999)
            clock.advance(i % 2000 == 999 ? Duration{-5'000} : Duration{1});
    }

    CHECK(std::ranges::is_sorted(made));
    CHECK(std::ranges::adjacent_find(made) == made.end());
}

TEST_CASE("threads never make the same sortable id", "[base][id]") {
    SystemRandom random;
    const ManualClock clock;
    SortableIds ids{clock, random};
    std::vector<std::vector<std::string>> made(3);
    {
        std::vector<std::jthread> threads;
        for (auto& mine : made)
            threads.emplace_back([&ids, &mine] {
                for (int i = 0; i < 1000; ++i)
                    mine.push_back(ids.next());
            });
    }

    std::set<std::string> all;
    for (const auto& mine : made)
        all.insert(mine.begin(), mine.end());
    CHECK(all.size() == 3000);
}

TEST_CASE("a name's UUID is part of its SHA-256 and says its version", "[base][id]") {
    // The hash of "abc" begins with ba7816bf-8f01-cfea-4141-40de5dae2223.
    CHECK(uuid_of("abc") == "ba7816bf-8f01-8fea-8141-40de5dae2223");
    CHECK(uuid_of("abd") != uuid_of("abc"));
}
