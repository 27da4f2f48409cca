#include "delivery/lanes.hpp"

#include <catch2/catch.hpp>
#include <thread>

namespace rialto::delivery {
namespace {

using From = Lanes::From;
using Room = storage::DeliveryStore::Room;

constexpr TimePoint kNow{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31}};

storage::StoredDelivery delivery(storage::DeliveryId id, const std::string& key = "a") {
    storage::StoredDelivery made;
    made.id = id;
    made.target = key;
    return made;
}

struct LanesTest {
    LanesTest() {
        lanes.know("a", {});
        lanes.know("b", {});
    }
    bool take(storage::DeliveryId id, const std::string& key = "a", From from = From::Memory) {
        return lanes.take(delivery(id, key), from).taken;
    }
    std::optional<Job> next(const std::string& key) {
        auto jobs = lanes.next(key, kNow).jobs;
        return jobs.empty() ? std::nullopt : std::optional{std::move(jobs.front())};
    }
    Lanes lanes{{.concurrency = 2, .queue = 3}};
};

TEST_CASE_METHOD(LanesTest, "a delivery that waits or is under way is not taken on a second time", "[lanes]") {
    CHECK(take(1));
    CHECK_FALSE(take(1));
    const auto job = next("a");
    REQUIRE(job);
    CHECK_FALSE(take(1, "a", From::Table));
}

TEST_CASE_METHOD(LanesTest, "a delivery that failed is taken on again from the table", "[lanes]") {
    CHECK(take(1));
    const auto job = next("a");
    (void)lanes.settle(*job);
    CHECK(take(1, "a", From::Table));
}

TEST_CASE_METHOD(LanesTest, "what a scan overtook does not come a second time from memory", "[lanes]") {
    CHECK(take(1, "a", From::Table));  // committed, but its writer has not got round to dispatch it
    const auto job = next("a");
    (void)lanes.settle(*job);
    CHECK_FALSE(take(1, "a", From::Memory));
}

TEST_CASE_METHOD(LanesTest, "a target that is not known takes nothing", "[lanes]") {
    CHECK_FALSE(take(1, "c"));
    CHECK_FALSE(lanes.knows("c"));
    CHECK(lanes.waiting() == 0);
}

TEST_CASE_METHOD(LanesTest, "a lane asks for as many workers as may run at once", "[lanes]") {
    CHECK(lanes.take(delivery(1), From::Memory).needs_worker);
    CHECK(lanes.take(delivery(2), From::Memory).needs_worker);
    CHECK_FALSE(lanes.take(delivery(3), From::Memory).needs_worker);
    CHECK(lanes.take(delivery(4, "b"), From::Memory).needs_worker);
}

TEST_CASE_METHOD(LanesTest, "a worker that found nothing ends, and the next delivery asks for another", "[lanes]") {
    CHECK(lanes.take(delivery(1), From::Memory).needs_worker);
    auto job = next("a");
    (void)lanes.settle(*job);
    CHECK_FALSE(next("a"));
    CHECK(lanes.take(delivery(2), From::Memory).needs_worker);
}

TEST_CASE("a lane is full by the bytes of its events, too, of which parts of one count once", "[lanes]") {
    Lanes lanes{{.concurrency = 1, .queue = 1000}};
    lanes.know("a", {});
    const auto large = [] { return std::make_shared<const std::string>(std::size_t{6} << 20U, 'x'); };
    const auto take = [&lanes](storage::DeliveryId id, std::shared_ptr<const std::string> envelope) {
        auto made = delivery(id);
        made.envelope = std::move(envelope);
        return lanes.take(std::move(made), From::Memory).taken;
    };
    const auto shared = large();

    for (storage::DeliveryId part = 1; part <= 10; ++part)
        CHECK(take(part, shared));
    CHECK((take(11, large()) && take(12, large())));
    CHECK_FALSE(take(13, large()));
    CHECK(lanes.room() == Room{{"a", 0}});

    for (int part = 0; part < 10; ++part)
        CHECK_FALSE(lanes.settle(lanes.next("a", kNow).jobs.at(0)));
    CHECK(lanes.settle(lanes.next("a", kNow).jobs.at(0)));
    CHECK(take(13, large()));
}

TEST_CASE_METHOD(LanesTest, "a full lane turns away, and says once when it has room again", "[lanes]") {
    CHECK((take(1) && take(2) && take(3)));
    CHECK_FALSE(take(4));
    CHECK(take(5, "b"));
    CHECK(lanes.room() == Room{{"a", 0}, {"b", 2}});

    const auto first = next("a");
    CHECK_FALSE(lanes.settle(*first));
    const auto second = next("a");
    CHECK(lanes.settle(*second));
    const auto third = next("a");
    CHECK_FALSE(lanes.settle(*third));
}

TEST_CASE_METHOD(LanesTest, "a scan that left out a full lane is told when that has room", "[lanes]") {
    CHECK((take(1) && take(2) && take(3)));
    CHECK(lanes.room() == Room{{"a", 0}});
    const auto first = next("a");
    CHECK_FALSE(lanes.settle(*first));
    const auto second = next("a");
    CHECK(lanes.settle(*second));
}

TEST_CASE("a lane that is more than three quarters full has no room, and one that is empty always for one", "[lanes]") {
    Lanes lanes{{.concurrency = 1, .queue = 8, .bytes = 3000}};
    for (const auto* key : {"a", "b", "c"})
        lanes.know(key, {});
    for (storage::DeliveryId id = 1; id <= 6; ++id)
        REQUIRE(lanes.take(delivery(id), From::Memory).taken);
    CHECK(lanes.room() == Room{{"a", 2}});
    REQUIRE(lanes.take(delivery(7), From::Memory).taken);
    CHECK(lanes.room() == Room{{"a", 0}});

    storage::StoredDelivery large = delivery(8, "b");
    large.envelope = std::make_shared<const std::string>(4000, 'x');
    const bool taken = lanes.take(std::move(large), From::Memory).taken;
    CHECK(taken);
    CHECK(lanes.room().at("c") == 1);  // nobody is to wait for others for ever
}

TEST_CASE_METHOD(LanesTest, "what a scan has read of a delivery that settled meanwhile is not taken", "[lanes]") {
    CHECK((take(7) && take(3)));
    CHECK(lanes.begin_scan() == std::vector<storage::DeliveryId>{3, 7});
    const auto job = next("a");
    (void)lanes.settle(*job);
    CHECK_FALSE(take(7, "a", From::Table));
    lanes.end_scan();
    CHECK(lanes.begin_scan() == std::vector<storage::DeliveryId>{3});
    CHECK(take(7, "a", From::Table));
}

TEST_CASE_METHOD(LanesTest, "closed lanes forget what waits and take nothing", "[lanes]") {
    CHECK((take(1) && take(2)));
    const auto under_way = next("a");
    lanes.close();
    CHECK_FALSE(next("a"));
    CHECK_FALSE(take(3));
    CHECK(lanes.waiting() == 1);
    (void)lanes.settle(*under_way);
    CHECK(lanes.waiting() == 0);
}

TEST_CASE("a lane with a rate has a worker that waits for the next turn, however long attempts take", "[lanes]") {
    Lanes lanes{{.concurrency = 3, .queue = 100}};
    model::Target target;
    target.flow.rate = 10;
    lanes.know("a", target);
    for (storage::DeliveryId id = 1; id <= 4; ++id)
        CHECK(lanes.take(delivery(id), From::Memory).taken);

    const auto first = lanes.next("a", kNow);
    CHECK(first.jobs.size() == 1);
    const auto resting = lanes.next("a", kNow);
    REQUIRE(resting.wait);
    CHECK(*resting.wait > kNow);
    const auto other = lanes.next("a", kNow);
    CHECK_FALSE((!other.jobs.empty() || other.wait));

    const auto second = lanes.next("a", *resting.wait, true);
    CHECK((second.jobs.size() == 1 && second.needs_worker));
    CHECK(lanes.next("a", *resting.wait).wait);
}

TEST_CASE("a target that likes deliveries together gets what waits, as many as it likes", "[lanes]") {
    Lanes lanes{{.concurrency = 8, .queue = 100}};
    model::Target own;
    own.flow.concurrency = 2;
    lanes.know("a", {}, {.attempts = 3});
    lanes.know("own", own, {.attempts = 3});
    for (storage::DeliveryId id = 1; id <= 4; ++id)
        CHECK(lanes.take(delivery(id), From::Memory).taken);
    CHECK(lanes.take(delivery(5, "own"), From::Memory).taken);
    CHECK(lanes.take(delivery(6, "own"), From::Memory).taken);

    const auto first = lanes.next("a", kNow);
    REQUIRE(first.jobs.size() == 3);
    CHECK(first.jobs[2].delivery.id == 3);
    CHECK(lanes.next("a", kNow).jobs.size() == 1);
    CHECK(lanes.next("own", kNow).jobs.size() == 1);  // who says how many attempts at a time means attempts
}

TEST_CASE("a target that takes one batch at a time gets what comes in its order", "[lanes]") {
    Lanes lanes{{.concurrency = 8, .queue = 100}};
    lanes.know("a", {}, {.attempts = 2, .batches = 1});
    CHECK(lanes.take(delivery(1), From::Memory).needs_worker);
    for (storage::DeliveryId id = 2; id <= 4; ++id)
        CHECK_FALSE(lanes.take(delivery(id), From::Memory).needs_worker);

    const auto first = lanes.next("a", kNow);
    CHECK_FALSE(first.needs_worker);
    REQUIRE(first.jobs.size() == 2);
    CHECK_FALSE(lanes.take(delivery(5), From::Memory).needs_worker);
    const auto second = lanes.next("a", kNow);
    REQUIRE(second.jobs.size() == 2);
    CHECK(second.jobs.front().delivery.id == 3);
}

TEST_CASE("deliveries that are made together are not too large together", "[lanes]") {
    Lanes lanes{{.concurrency = 8, .queue = 100}};
    lanes.know("a", {}, {.attempts = 100, .bytes = std::size_t{1} << 20U});
    for (storage::DeliveryId id = 1; id <= 3; ++id) {
        auto large = delivery(id);
        large.envelope = std::make_shared<const std::string>(std::size_t{600} << 10U, 'x');
        const bool taken = lanes.take(std::move(large), From::Memory).taken;
        CHECK(taken);
    }

    CHECK(lanes.next("a", kNow).jobs.size() == 2);
}

TEST_CASE("many threads take each delivery exactly once", "[lanes]") {
    Lanes lanes{{.concurrency = 2, .queue = 1000}};
    lanes.know("a", {});
    std::atomic<int> taken = 0;
    std::atomic<int> given = 0;
    const auto work = [&] {
        for (storage::DeliveryId id = 1; id <= 500; ++id)
            taken += lanes.take(delivery(id), From::Memory).taken ? 1 : 0;
        while (!lanes.next("a", kNow).jobs.empty())
            ++given;
    };
    {
        const std::jthread one{work};
        const std::jthread two{work};
    }
    CHECK(taken == 500);
    CHECK(given == 500);
}

}  // namespace
}  // namespace rialto::delivery
