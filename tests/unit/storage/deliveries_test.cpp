#include "fixture.hpp"

namespace rialto::storage {
namespace {

struct DeliveriesTest : StoreTest {
    DeliveryStore& deliveries() { return store->deliveries(); }

    /// Stores an event with one delivery.
    DeliveryId owe(const std::string& id, const std::string& target = "target", TimePoint ingested = kNow) {
        OwedEvent made = event(id);
        made.deliveries.front().target = target;
        made.ingested = ingested;
        const DeliveryId delivery = made.deliveries.front().id;
        REQUIRE(run(deliveries().append(batch_of({made}))));
        return delivery;
    }

    std::int64_t events() const { return number("SELECT count(*) FROM events"); }
};

}  // namespace

TEST_CASE_METHOD(DeliveriesTest, "what is owed comes back with its event", "[storage]") {
    const DeliveryId id = owe("e1");

    const auto found = due();

    REQUIRE(found.size() == 1);
    const StoredDelivery& delivery = found.front();
    CHECK(delivery.id == id);
    CHECK(delivery.event_id == "e1");
    CHECK(delivery.bus == "default");
    CHECK(delivery.ingested == kNow);
    CHECK(*delivery.envelope == R"({"id":"e1"})");
    CHECK(delivery.target == "target");
    CHECK(delivery.rule == "rule");
    CHECK(delivery.trace_header.empty());
    CHECK(delivery.part.empty());
    CHECK(delivery.attempts == 0);
    CHECK(*run(deliveries().count()) == 1);
}

TEST_CASE_METHOD(DeliveriesTest, "an event keeps its trace header, also as a dead letter", "[storage]") {
    OwedEvent traced = event("e1");
    traced.trace_header = "Root=1";
    REQUIRE(run(deliveries().append(batch_of({traced}))));
    REQUIRE(due().size() == 1);
    CHECK(due().front().trace_header == "Root=1");

    REQUIRE(run(deliveries().bury({{traced.deliveries.front().id, {}, {}}})));
    const auto letter = run(deliveries().dead_letters({}, 1, {})).value().items.at(0).id;
    REQUIRE(run(deliveries().redrive(letter, store->next_delivery_id(), kNow)));

    REQUIRE(due().size() == 1);
    CHECK(due().front().trace_header == "Root=1");
}

TEST_CASE_METHOD(DeliveriesTest, "the longest due comes first, without what is skipped", "[storage]") {
    const DeliveryId late = owe("late", "a", kNow + 1s);
    const DeliveryId early = owe("early", "a", kNow);
    const DeliveryId other = owe("other", "b", kNow + 2s);
    const auto ids = [](const std::vector<StoredDelivery>& found) {
        std::vector<DeliveryId> all;
        for (const auto& delivery : found)
            all.push_back(delivery.id);
        return all;
    };
    using Ids = std::vector<DeliveryId>;

    CHECK(ids(due(kNow + 1min)) == Ids{early, late, other});
    CHECK(ids(due(kNow + 1s)) == Ids{early, late});
    CHECK(ids(due(kNow + 1min, 1)) == Ids{early});
    CHECK(ids(due(kNow + 1min, 1, {late, early})) == Ids{other});
    CHECK(ids(due(kNow + 1min, 9, {}, {{"a", 0}})) == Ids{other});
    CHECK(ids(due(kNow + 1min, 9, {early}, {{"b", 0}})) == Ids{late});
    CHECK(ids(due(kNow + 1min, 9, {}, {{"a", 1}})) == Ids{early, other});
}

TEST_CASE_METHOD(DeliveriesTest, "an event goes with its last delivery", "[storage]") {
    const OwedEvent two = event("e", 2);
    REQUIRE(run(deliveries().append(batch_of({two}))));

    REQUIRE(run(deliveries().finish({two.deliveries[0].id})));
    CHECK(events() == 1);
    REQUIRE(run(deliveries().finish({two.deliveries[0].id})));
    CHECK(events() == 1);
    REQUIRE(run(deliveries().finish({two.deliveries[1].id})));
    CHECK(events() == 0);
}

TEST_CASE_METHOD(DeliveriesTest, "a postponed delivery is due later", "[storage]") {
    const DeliveryId id = owe("e");

    REQUIRE(run(deliveries().postpone({{id, failed_attempt(3), kNow + 1min}})));

    CHECK(due(kNow).empty());
    CHECK(*run(deliveries().next_due(kNow)) == kNow + 1min);
    CHECK(*run(deliveries().next_due(kNow + 1min)) == std::nullopt);
    REQUIRE(due(kNow + 1min).size() == 1);
    CHECK(due(kNow + 1min).front().attempts == 3);
}

TEST_CASE_METHOD(DeliveriesTest, "a split delivery lives on in its parts", "[storage]") {
    const DeliveryId id = owe("e");
    const Part first{.id = store->next_delivery_id(), .name = "first"};
    const Part second{.id = store->next_delivery_id(), .name = "second"};

    SECTION("with a rest, it stays as that part") {
        REQUIRE(run(deliveries().split(id, {first}, "rest")));
        REQUIRE(due().size() == 2);
        CHECK(due()[0].part == "rest");
        CHECK(due()[0].id == id);
        CHECK(due()[1].part == "first");
    }
    SECTION("without a rest, it goes") {
        REQUIRE(run(deliveries().split(id, {first, second}, std::nullopt)));
        REQUIRE(due().size() == 2);
        CHECK(due()[0].part == "first");
        CHECK(due()[1].part == "second");
        CHECK(due()[1].event_id == "e");
    }
    SECTION("without parts or rest, it is finished") {
        REQUIRE(run(deliveries().split(id, {}, std::nullopt)));
        CHECK(events() == 0);
    }
}

TEST_CASE_METHOD(DeliveriesTest, "what is done to a delivery that is gone does nothing", "[storage]") {
    const DeliveryId id = owe("e");
    REQUIRE(run(deliveries().finish({id})));

    CHECK(run(deliveries().finish({id})));
    CHECK(run(deliveries().postpone({{id, failed_attempt(1), kNow}})));
    CHECK(run(deliveries().split(id, {{.id = store->next_delivery_id(), .name = "part"}}, "rest")));
    CHECK(run(deliveries().bury({{id, {}, {}}})));

    CHECK(due().empty());
    CHECK(run(deliveries().dead_letters({}, 10, std::nullopt))->items.empty());
}

TEST_CASE_METHOD(DeliveriesTest, "targets are kept until nothing refers to them", "[storage]") {
    using Targets = std::vector<std::pair<std::string, std::string>>;
    REQUIRE(run(deliveries().keep_targets({{"owed", "1"}, {"used", "2"}, {"unused", "3"}})));
    REQUIRE(run(deliveries().keep_targets({{"owed", "another"}})));
    const DeliveryId id = owe("e", "owed");

    REQUIRE(run(deliveries().drop_targets_except({"used"})));
    CHECK(*run(deliveries().targets()) == Targets{{"owed", "1"}, {"used", "2"}});

    REQUIRE(run(deliveries().finish({id})));
    REQUIRE(run(deliveries().drop_targets_except({})));
    CHECK(run(deliveries().targets())->empty());
}

TEST_CASE_METHOD(DeliveriesTest, "a buried delivery becomes a dead letter with what it was", "[storage]") {
    REQUIRE(run(deliveries().keep_targets({{"target", "{\"arn\":1}"}})));
    const DeliveryId id = owe("e");
    DeadLetter letter;
    letter.attempts = 5;
    letter.error_code = "TIMEOUT";
    letter.error_message = "no answer";
    letter.exhausted = "MaximumRetryAttempts";
    letter.died = kNow + 1h;

    REQUIRE(run(deliveries().bury({{id, letter, {}}})));

    CHECK(events() == 0);
    const auto letters = run(deliveries().dead_letters({}, 10, std::nullopt));
    REQUIRE(letters->items.size() == 1);
    const DeadLetter& kept = letters->items.front();
    CHECK(kept.event_id == "e");
    CHECK(kept.envelope == R"({"id":"e"})");
    CHECK(kept.target == "{\"arn\":1}");
    CHECK(kept.rule == "rule");
    CHECK(kept.attempts == 5);
    CHECK(kept.error_code == "TIMEOUT");
    CHECK(kept.error_message == "no answer");
    CHECK(kept.exhausted == "MaximumRetryAttempts");
    CHECK(kept.died == kNow + 1h);
    CHECK(run(deliveries().dead_letter(kept.id))->event_id == "e");
}

TEST_CASE_METHOD(DeliveriesTest, "dead letters are listed newest first and in pages", "[storage]") {
    for (const char* name : {"a", "b", "c"})
        REQUIRE(run(deliveries().bury({{owe(name), {}, {}}})));

    const auto page = run(deliveries().dead_letters({}, 2, std::nullopt));
    REQUIRE(page->items.size() == 2);
    CHECK(page->items.front().event_id == "c");
    CHECK(page->more);
    const auto next = run(deliveries().dead_letters({}, 2, page->items.back().id));
    REQUIRE(next->items.size() == 1);
    CHECK(next->items.front().event_id == "a");
    CHECK(!next->more);

    REQUIRE(run(deliveries().drop_dead_letter(next->items.front().id)));
    CHECK(run(deliveries().dead_letter(next->items.front().id)).error().code == Errc::NotFound);
}

TEST_CASE_METHOD(DeliveriesTest, "the oldest dead letters go by number and by age, and nothing that is owed",
                 "[storage]") {
    owe("owed");
    for (int i = 0; i < 5; ++i) {
        DeadLetter letter;
        letter.died = kNow + i * 1min;
        REQUIRE(run(deliveries().bury({{owe(std::to_string(i)), letter, {}}})));
    }
    const auto oldest = [this] { return run(deliveries().dead_letters({}, 10, std::nullopt))->items.back().event_id; };

    CHECK(run(deliveries().trim_dead_letters({.entries = 5, .age = 1h, .bytes = 1000}, kNow + 1h)).value() == 0);
    CHECK(run(deliveries().trim_dead_letters({.entries = 3, .age = 1h, .bytes = 1000}, kNow + 1h)).value() == 2);
    CHECK(oldest() == "2");
    CHECK(run(deliveries().trim_dead_letters({.entries = 3, .age = 1h, .bytes = 1000}, kNow + 1h + 3min)).value() == 1);
    CHECK(oldest() == "3");
    CHECK(due().size() == 1);
}

TEST_CASE_METHOD(DeliveriesTest, "a dead letter that is sent again is a fresh delivery to the same target",
                 "[storage]") {
    REQUIRE(run(deliveries().keep_targets({{"target", "{}"}})));
    const DeliveryId id = owe("e");
    REQUIRE(run(deliveries().bury({{id, {}, {}}})));
    REQUIRE(run(deliveries().drop_targets_except({})));
    const std::int64_t letter = run(deliveries().dead_letters({}, 1, std::nullopt))->items.front().id;
    const DeliveryId again = store->next_delivery_id();

    REQUIRE(run(deliveries().redrive(letter, again, kNow + 2h)));
    CHECK(run(deliveries().redrive(letter, store->next_delivery_id(), kNow)).error().code == Errc::NotFound);

    REQUIRE(due(kNow + 2h).size() == 1);
    const StoredDelivery delivery = due(kNow + 2h).front();
    CHECK(delivery.id == again);
    CHECK(delivery.target == "target");
    CHECK(delivery.attempts == 0);
    CHECK(delivery.ingested == kNow + 2h);
    CHECK(run(deliveries().targets())->size() == 1);
}

TEST_CASE_METHOD(DeliveriesTest, "delivery ids ascend over restarts, whatever was deleted", "[storage]") {
    const DeliveryId before = owe("e");
    REQUIRE(run(deliveries().finish({before})));

    reopen();

    CHECK(store->next_delivery_id() > before);
}

}  // namespace rialto::storage
