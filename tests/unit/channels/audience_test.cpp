#include "channels/audience.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/channels/fixture.hpp"

using namespace rialto;
using namespace rialto::channels;

namespace {

struct AudienceTest {
    std::size_t push(std::int64_t offset, std::string payload) {
        return audience.push(std::make_shared<const Pushed>(
            Pushed{.channel = "posts", .offset = offset, .payload = std::move(payload)}));
    }

    void add(MemberId id, std::optional<pattern::Pattern> filter = {}, std::int64_t after = 0) {
        audience.add({.id = id, .subscriber = recorder, .after = after}, filter);
    }

    Audience audience;
    std::shared_ptr<Recorder> recorder = std::make_shared<Recorder>();
};

}  // namespace

TEST_CASE_METHOD(AudienceTest, "members leave in any order, with and without filters", "[channels]") {
    const auto cars = parse(R"({"topic":["cars"]})");
    const auto ships = parse(R"({"topic":["ships"]})");
    for (const MemberId id : {1U, 2U, 3U})
        add(id);
    for (const MemberId id : {4U, 5U, 6U})
        add(id, cars);
    add(7, ships);

    CHECK(push(1, R"({"topic":"cars"})") == 6);
    CHECK(audience.remove(1));
    CHECK(audience.remove(3));
    CHECK(audience.remove(4));
    CHECK_FALSE(audience.remove(4));
    CHECK(push(2, R"({"topic":"cars"})") == 3);
    CHECK(audience.remove(6));
    CHECK(audience.remove(5));
    CHECK(push(3, R"({"topic":"cars"})") == 1);
    CHECK(push(4, R"({"topic":"ships"})") == 2);
}

TEST_CASE_METHOD(AudienceTest, "a filter that everybody left can come back", "[channels]") {
    const auto cars = parse(R"({"topic":["cars"]})");
    add(1, cars);
    audience.remove(1);

    add(2, cars);

    CHECK(push(1, R"({"topic":"cars"})") == 1);
    CHECK(push(2, R"({"topic":"ships"})") == 0);
}

TEST_CASE_METHOD(AudienceTest, "a member does not hear what it has seen", "[channels]") {
    add(1, {}, 5);

    CHECK(push(5, "{}") == 0);
    CHECK(push(6, "{}") == 1);
}
