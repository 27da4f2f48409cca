#include "fixture.hpp"

namespace rialto::storage {
namespace {

struct DeadLettersTest : StoreTest {
    DeadLettersTest() {
        REQUIRE(run(deliveries().keep_targets({{"first", R"({"id":"one"})"}, {"second", R"({"id":"two"})"}})));
    }
    DeliveryStore& deliveries() { return store->deliveries(); }

    DeliveryId owe(const std::string& event_id, const std::string& target = "first", const std::string& rule = "rule",
                   const std::string& ordered = {}) {
        OwedEvent made = event(event_id);
        made.deliveries.front().target = target;
        made.deliveries.front().rule = rule;
        made.deliveries.front().ordered = ordered;
        const DeliveryId id = made.deliveries.front().id;
        REQUIRE(run(deliveries().append(batch_of({made}))));
        return id;
    }

    DeliveryId bury(const std::string& event_id, const std::string& target = "first", const std::string& rule = "rule",
                    const std::string& code = "TIMEOUT", TimePoint died = kNow) {
        const DeliveryId id = owe(event_id, target, rule);
        DeadLetter letter;
        letter.error_code = code;
        letter.died = died;
        REQUIRE(run(deliveries().bury({{id, letter, failed_attempt(1, died)}})));
        return id;
    }

    std::string found(const DeadLetterFilter& filter) {
        std::string ids;
        for (const DeadLetter& letter : run(deliveries().dead_letters(filter, 100, {}))->items)
            ids += letter.event_id;
        return ids;
    }

    std::int64_t rows(const std::string& table) const { return number("SELECT count(*) FROM " + table); }

    std::string due_events(TimePoint now = kNow) {
        std::string ids;
        for (const StoredDelivery& delivery : due(now))
            ids += delivery.event_id;
        return ids;
    }
};

}  // namespace

TEST_CASE_METHOD(DeadLettersTest, "dead letters are found by all that a filter says", "[storage]") {
    bury("a", "first", "r1", "TIMEOUT", kNow);
    bury("b", "second", "r1", "NO_RESOURCE", kNow + 1h);
    bury("c", "first", "r2", "TIMEOUT", kNow + 2h);

    CHECK(found({}) == "cba");
    CHECK(found({.rule = "r1"}) == "ba");
    CHECK(found({.target = "two"}) == "b");
    CHECK(found({.event_id = "a"}) == "a");
    CHECK(found({.error_code = "TIMEOUT"}) == "ca");
    CHECK(found({.died_from = kNow + 1h}) == "cb");
    CHECK(found({.died_before = kNow + 1h}) == "a");
    CHECK(found({.rule = "r1", .error_code = "TIMEOUT"}) == "a");
    CHECK(found({.bus = "another"}).empty());
}

TEST_CASE_METHOD(DeadLettersTest, "those that a filter means come back, the oldest first, each in its time",
                 "[storage]") {
    for (const char* name : {"a", "b", "c"})
        bury(name);
    bury("x", "second");
    const std::vector<Revival> two{{.delivery = store->next_delivery_id(), .due = kNow},
                                   {.delivery = store->next_delivery_id(), .due = kNow + 10s}};

    CHECK(*run(deliveries().redrive_some({.target = "one"}, two)) == 2);

    CHECK(found({}) == "xc");
    CHECK(due_events() == "a");
    CHECK(due_events(kNow + 10s) == "ab");
    CHECK(due(kNow + 10s).back().ingested == kNow + 10s);
}

TEST_CASE_METHOD(DeadLettersTest, "what is redriven or purged is bound by the newest that was there", "[storage]") {
    bury("a");
    const std::int64_t last = run(deliveries().dead_letters({}, 1, {}))->items.front().id;
    bury("late");

    CHECK(*run(deliveries().purge_some({.up_to = last})) == 1);
    CHECK(*run(deliveries().purge_some({.up_to = last})) == 0);
    CHECK(found({}) == "late");
}

TEST_CASE_METHOD(DeadLettersTest, "the oldest dead letters go when all are too large", "[storage]") {
    for (const char* name : {"a", "b", "c"})
        bury(name);
    const auto size = static_cast<std::int64_t>(std::string{R"({"id":"a"})"}.size());
    const DeadLetterBounds bounds{.entries = 10, .age = 24h, .bytes = 2 * size};

    CHECK(*run(deliveries().trim_dead_letters(bounds, kNow)) == 1);
    CHECK(*run(deliveries().trim_dead_letters(bounds, kNow)) == 0);
    CHECK(found({}) == "cb");
    CHECK(number("SELECT value FROM meta WHERE name = 'dead_letter_bytes'") == 2 * size);
}

TEST_CASE_METHOD(DeadLettersTest, "failed attempts stay with their delivery, and then with its dead letter",
                 "[storage]") {
    const DeliveryId id = owe("e");
    const FailedAttempt first{.number = 1,
                              .at = kNow,
                              .duration = 12ms,
                              .status = 503,
                              .code = "ERROR_FROM_TARGET",
                              .message = "busy",
                              .response = "come back later"};
    REQUIRE(run(deliveries().postpone({{id, first, kNow + 1s}})));
    REQUIRE(run(deliveries().bury({{id, {}, failed_attempt(2, kNow + 1s)}})));

    const auto attempts = run(deliveries().attempts(id)).value();
    REQUIRE(attempts.size() == 2);
    CHECK(attempts[0].number == 1);
    CHECK(attempts[0].duration == 12ms);
    CHECK(attempts[0].status == 503);
    CHECK(attempts[0].message == "busy");
    CHECK(attempts[0].response == "come back later");
    CHECK(attempts[1].at == kNow + 1s);

    const auto letter = run(deliveries().dead_letter_of(id));
    REQUIRE(letter);
    REQUIRE(run(deliveries().drop_dead_letter(letter->id)));
    CHECK(rows("attempts") == 0);
}

TEST_CASE_METHOD(DeadLettersTest, "the failed attempts at a delivery go when it is delivered", "[storage]") {
    const DeliveryId id = owe("e");
    REQUIRE(run(deliveries().postpone({{id, failed_attempt(1), kNow}})));
    REQUIRE(rows("attempts") == 1);

    REQUIRE(run(deliveries().finish({id})));

    CHECK(rows("attempts") == 0);
}

TEST_CASE_METHOD(DeadLettersTest, "only so many failed attempts are kept, the newest", "[storage]") {
    const DeliveryId id = owe("e");
    for (int i = 1; i <= 5; ++i)
        REQUIRE(run(deliveries().postpone({{id, failed_attempt(i), kNow}})));

    CHECK(*run(deliveries().trim_attempts(2)) == 3);
    CHECK(*run(deliveries().trim_attempts(2)) == 0);
    CHECK(run(deliveries().attempts(id))->front().number == 4);
}

TEST_CASE_METHOD(DeadLettersTest, "what is owed is listed by what a filter says, in pages", "[storage]") {
    const DeliveryId a = owe("a", "first", "r1");
    owe("b", "second", "r1");
    owe("c", "first", "r2");

    const auto page = run(deliveries().list({}, 2, 0)).value();
    REQUIRE(page.items.size() == 2);
    CHECK(page.items.front().delivery.id == a);
    CHECK(page.items.front().target == R"({"id":"one"})");
    REQUIRE(page.reached);
    CHECK(run(deliveries().list({}, 2, *page.reached))->items.front().delivery.event_id == "c");
    CHECK(run(deliveries().list({.target = "two"}, 9, 0))->items.size() == 1);
    CHECK(run(deliveries().list({.rule = "r2", .event_id = "c"}, 9, 0))->items.size() == 1);
    CHECK_FALSE(run(deliveries().list({}, 9, 0))->reached);
    CHECK(*run(deliveries().find(a))->delivery.envelope == R"({"id":"a"})");
    CHECK(run(deliveries().find(a + 1000)).error().code == Errc::NotFound);
}

TEST_CASE_METHOD(DeadLettersTest, "a target to which much is owed leaves the others their share", "[storage]") {
    for (int i = 0; i < 20; ++i)
        owe("a", "first");
    owe("z", "second");

    const auto found = run(deliveries().due(kNow, 10, {}, {})).value();

    CHECK(found.more);
    REQUIRE(found.items.size() == 6);
    CHECK(found.items.back().event_id == "z");
}

TEST_CASE_METHOD(DeadLettersTest, "ordered deliveries of a key are due one after the other, whatever becomes of each",
                 "[storage]") {
    const DeliveryId a = owe("a", "first", "rule", "key");
    const DeliveryId b = owe("b", "first", "rule", "key");
    const DeliveryId c = owe("c", "first", "rule", "key");
    owe("x", "first", "rule", "another");
    owe("y", "second", "rule", "key");
    CHECK(due_events() == "axy");
    CHECK(run(deliveries().list({}, 9, 0))->items[1].blocked);

    REQUIRE(run(deliveries().postpone({{a, failed_attempt(1), kNow + 1h}})));
    CHECK(due_events() == "xy");
    reopen();
    CHECK(due_events(kNow + 1h) == "xya");
    CHECK(*run(deliveries().next_due(kNow)) == kNow + 1h);

    REQUIRE(run(deliveries().finish({a})));
    CHECK(due_events() == "bxy");
    REQUIRE(run(deliveries().bury({{b, {}, {}}})));
    CHECK(due_events() == "cxy");
    REQUIRE(run(deliveries().finish({c})));
    CHECK(due_events() == "xy");
}

TEST_CASE_METHOD(DeadLettersTest, "what the clock showed is kept for the next start", "[storage]") {
    CHECK(run(deliveries().noted_clock()).value() == std::nullopt);
    REQUIRE(run(deliveries().note_clock(kNow)));
    REQUIRE(run(deliveries().note_clock(kNow - 1h)));
    reopen();
    CHECK(run(deliveries().noted_clock()).value() == kNow - 1h);
}

TEST_CASE_METHOD(DeadLettersTest, "once the clock was put back what waits for a time to come is due at once",
                 "[storage]") {
    const DeliveryId a = owe("a");
    REQUIRE(run(deliveries().postpone({{a, failed_attempt(1), kNow + 1h}})));
    owe("k1", "first", "rule", "key");
    owe("k2", "first", "rule", "key");
    const TimePoint back = kNow - 24h;
    CHECK(due_events(back).empty());

    CHECK(*run(deliveries().bring_forward(back)) == 2);
    CHECK(*run(deliveries().bring_forward(back)) == 0);

    CHECK(due_events(back) == "ak1");
}

}  // namespace rialto::storage
