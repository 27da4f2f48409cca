#include "fixture.hpp"

namespace rialto::storage {
namespace {

struct SubscriptionsTest : StoreTest {
    SubscriptionStore& subscriptions() { return store->subscriptions(); }

    static Subscription wanted(const std::string& id, const std::string& email, const std::string& topic = "travel") {
        return {.id = id,
                .topic = topic,
                .email = email,
                .confirmed = false,
                .token = "token-" + id,
                .created_at = kNow,
                .confirmed_at = std::nullopt};
    }

    std::string listed(std::optional<std::string> topic, bool only_confirmed, const std::string& after = "",
                       std::size_t limit = 10) {
        const auto found = run(subscriptions().list(std::move(topic), only_confirmed, after, limit));
        REQUIRE(found);
        std::string ids;
        for (const auto& subscription : *found)
            ids += subscription.id;
        return ids;
    }
};

}  // namespace

TEST_CASE_METHOD(SubscriptionsTest, "a new address is added with its outbox", "[storage]") {
    const auto added = run(subscriptions().add(wanted("a", "Joe@example.org"), kNow, {event("e")}));

    REQUIRE(added);
    CHECK(added->fresh);
    CHECK(added->mailed);
    CHECK(due().size() == 1);
    const auto found = run(subscriptions().find_token("token-a"));
    REQUIRE(found);
    CHECK(found->email == "Joe@example.org");
    CHECK(!found->confirmed);
    CHECK(run(subscriptions().get("a"))->token == "token-a");
    CHECK(run(subscriptions().get("b")).error().code == Errc::NotFound);
}

TEST_CASE_METHOD(SubscriptionsTest, "an address cannot be mailed confirmations for ever more topics", "[storage]") {
    for (int i = 0; i < SubscriptionStore::kMostPending; ++i) {
        const std::string topic = "topic" + std::to_string(i);
        REQUIRE(run(subscriptions().add(wanted(topic, "joe@example.org", topic), kNow, {})));
    }

    const auto refused = run(subscriptions().add(wanted("x", "JOE@example.org", "x"), kNow, {event("e")}));
    CHECK(refused.error().code == Errc::LimitExceeded);
    CHECK(due().empty());
    CHECK(run(subscriptions().add(wanted("y", "ann@example.org", "x"), kNow, {})));

    REQUIRE(run(subscriptions().confirm("token-topic0", kNow)));
    CHECK(run(subscriptions().add(wanted("x", "JOE@example.org", "x"), kNow, {})));
}

TEST_CASE_METHOD(SubscriptionsTest, "a pending address is mailed again only after the pause", "[storage]") {
    REQUIRE(run(subscriptions().add(wanted("a", "joe@example.org"), kNow, {event("e1")})));
    Subscription again = wanted("b", "JOE@example.org");
    again.created_at = kNow + 1h;

    const auto early = run(subscriptions().add(again, kNow, {event("e2")}));
    CHECK(!early->fresh);
    CHECK(!early->mailed);
    CHECK(due().size() == 1);

    const auto later = run(subscriptions().add(again, kNow + 1ms, {event("e3")}));
    CHECK(!later->fresh);
    CHECK(later->mailed);
    CHECK(later->subscription.token == "token-a");
    CHECK(due().size() == 2);
    CHECK(run(subscriptions().get("a"))->created_at == kNow + 1h);
}

TEST_CASE_METHOD(SubscriptionsTest, "a confirmed address is not mailed again", "[storage]") {
    REQUIRE(run(subscriptions().add(wanted("a", "joe@example.org"), kNow, {})));
    REQUIRE(run(subscriptions().confirm("token-a", kNow + 1min)));

    const auto again = run(subscriptions().add(wanted("b", "joe@example.org"), kNow + 1h, {event("e")}));

    CHECK(!again->mailed);
    CHECK(again->subscription.confirmed);
    CHECK(due().empty());
}

TEST_CASE_METHOD(SubscriptionsTest, "confirming twice changes nothing", "[storage]") {
    REQUIRE(run(subscriptions().add(wanted("a", "joe@example.org"), kNow, {})));

    REQUIRE(run(subscriptions().confirm("token-a", kNow + 1min))->confirmed_at == kNow + 1min);
    CHECK(run(subscriptions().confirm("token-a", kNow + 2min))->confirmed_at == kNow + 1min);
    CHECK(run(subscriptions().confirm("guess", kNow)).error().code == Errc::NotFound);
}

TEST_CASE_METHOD(SubscriptionsTest, "subscriptions are listed by topic, state and page", "[storage]") {
    REQUIRE(run(subscriptions().add(wanted("a", "1@example.org"), kNow, {})));
    REQUIRE(run(subscriptions().add(wanted("b", "1@example.org", "food"), kNow, {})));
    REQUIRE(run(subscriptions().add(wanted("c", "2@example.org"), kNow, {})));
    REQUIRE(run(subscriptions().confirm("token-c", kNow)));

    CHECK(listed(std::nullopt, false) == "abc");
    CHECK(listed("travel", false) == "ac");
    CHECK(listed("travel", true) == "c");
    CHECK(listed(std::nullopt, true) == "c");
    CHECK(listed(std::nullopt, false, "a", 1) == "b");
}

TEST_CASE_METHOD(SubscriptionsTest, "a removed subscription is gone", "[storage]") {
    REQUIRE(run(subscriptions().add(wanted("a", "joe@example.org"), kNow, {})));

    REQUIRE(run(subscriptions().remove("a")));

    CHECK(!run(subscriptions().find_token("token-a")));
    CHECK(run(subscriptions().remove("a")).error().code == Errc::NotFound);
}

TEST_CASE_METHOD(SubscriptionsTest, "old pending subscriptions are dropped, however many", "[storage]") {
    std::vector<Task<Result<SubscriptionStore::Added>>> additions;
    for (int i = 0; i < 1'100; ++i) {
        const std::string id = std::to_string(i);
        additions.push_back(subscriptions().add(wanted(id, id + "@example.org"), kNow, {}));
    }
    run_all(std::move(additions));
    REQUIRE(run(subscriptions().confirm("token-7", kNow)));

    CHECK(run(subscriptions().trim_pending(kNow)).value() == 0);
    std::size_t dropped = 0;
    while (const std::size_t some = run(subscriptions().trim_pending(kNow + 1ms)).value())
        dropped += some;

    CHECK(dropped == 1'099);

    CHECK(listed(std::nullopt, false) == "7");
}

}  // namespace rialto::storage
