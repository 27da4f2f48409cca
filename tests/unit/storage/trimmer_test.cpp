#include "rialto/storage/trimmer.hpp"

#include "background.hpp"

namespace rialto::storage {
namespace {

/// A store that is trimmed in virtual time.
struct TrimmerTest : BackgroundTest {
    ~TrimmerTest() { stop(trimmer); }

    void insert_posts(int count) {
        for (int i = 0; i < count; ++i)
            REQUIRE(run(insert(*store, std::to_string(i))));
        REQUIRE(run(store->posts().set_relayed(count, {})));
    }

    void bury(TimePoint died) {
        DeadLetter letter;
        letter.died = died;
        REQUIRE(run(store->deliveries().append(batch_of({event("e")}))));
        REQUIRE(run(store->deliveries().bury({{due().front().id, letter, {}}})));
    }

    void subscribe(const std::string& id) {
        const Subscription pending{.id = id,
                                   .topic = "travel",
                                   .email = id + "@example.org",
                                   .confirmed = false,
                                   .token = id,
                                   .created_at = kNow,
                                   .confirmed_at = std::nullopt};
        REQUIRE(run(store->subscriptions().add(pending, kNow, {})));
    }

    std::int64_t rows(const std::string& table) const { return number("SELECT count(*) FROM " + table); }

    Trimmer trimmer{loop.get_executor(),
                    *store,
                    clock,
                    timer,
                    {.changes = {.entries = 10, .age = 2h},
                     .dead_letters = {.entries = 2, .age = 1h, .bytes = 1 << 20},
                     .attempts = 100,
                     .pending_subscriptions = 24h},
                    metrics};
};

}  // namespace

TEST_CASE_METHOD(TrimmerTest, "what is too much goes at the start, however much it is", "[storage]") {
    insert_posts(350);
    for (int i = 0; i < 4; ++i)
        bury(kNow);

    start(trimmer);

    CHECK(rows("changes") == 10);
    CHECK(rows("posts") == 350);
    CHECK(rows("dead_letters") == 2);
    CHECK(metrics.text().find("rialto_storage_trimmed_total{what=\"changes\"} 340") != std::string::npos);
}

TEST_CASE_METHOD(TrimmerTest, "what grows old goes while the server runs", "[storage]") {
    insert_posts(3);
    bury(kNow);
    subscribe("ann");
    subscribe("bob");
    REQUIRE(run(store->subscriptions().confirm("bob", kNow)));
    start(trimmer);

    pass(1h);
    CHECK(rows("dead_letters") == 1);
    pass(1min);
    CHECK(rows("dead_letters") == 0);
    CHECK(rows("changes") == 3);

    pass(1h);
    CHECK(rows("changes") == 1);
    CHECK(rows("subscriptions") == 2);

    pass(22h);
    CHECK(rows("subscriptions") == 1);
    CHECK(run(store->subscriptions().get("bob")));
}

TEST_CASE_METHOD(TrimmerTest, "a trimmer that was never started stops", "[storage]") { CHECK(rows("changes") == 0); }

}  // namespace rialto::storage
