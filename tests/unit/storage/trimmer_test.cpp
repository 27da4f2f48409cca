#include "rialto/storage/trimmer.hpp"

#include <functional>

#include "fixture.hpp"

namespace rialto::storage {
namespace {

/// A store that is trimmed in virtual time.
struct TrimmerTest : StoreTest {
    ~TrimmerTest() {
        stop();
        store.reset();  // whose threads post to the loop, which goes before the fixture's own members
    }

    void start() {
        trimmer.start();
        until([this] { return timer.waiting() == 1; });
    }

    void stop() {
        bool stopped = false;
        asio::co_spawn(loop, trimmer.stop(), [&stopped](const std::exception_ptr&) { stopped = true; });
        until([&stopped] { return stopped; });
    }

    /// Until the trimmer has looked again.
    void pass(Duration time) {
        timer.advance(time);
        until([this] { return timer.waiting() == 1; });
    }

    void until(const std::function<bool()>& is_so) {
        while (!is_so()) {
            loop.restart();
            loop.run_one_for(100ms);
        }
    }

    void insert_posts(int count) {
        for (int i = 0; i < count; ++i)
            REQUIRE(run(insert(*store, std::to_string(i))));
        REQUIRE(run(store->posts().set_relayed(count, {})));
    }

    void bury(TimePoint died) {
        DeadLetter letter;
        letter.died = died;
        REQUIRE(run(store->deliveries().append({event("e")})));
        REQUIRE(run(store->deliveries().bury(due().front().id, letter, {})));
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

    asio::io_context loop;
    ManualClock clock{kNow};
    VirtualTimer timer{clock};
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

    start();

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
    start();

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
