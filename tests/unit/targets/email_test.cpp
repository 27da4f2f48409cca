#include "rialto/targets/email.hpp"

#include "tests/unit/targets/mail_world.hpp"

namespace rialto::targets {
namespace {

using delivery::Delivered;
using delivery::Failed;
using delivery::Split;

TEST_CASE_METHOD(MailWorld, "a post's mail is split into one for each confirmed subscriber of its topic", "[email]") {
    const auto ann = subscribe_and_confirm("ann@example.org");
    const auto bob = subscribe_and_confirm("bob@example.org");
    subscribe("pending@example.org");
    subscribe_and_confirm("ann@example.org", "food");

    const auto outcome = deliver(post_attempt());

    const auto* split = std::get_if<Split>(&outcome);
    REQUIRE(split);
    std::vector<std::string> expected{"subscription:" + ann.id, "subscription:" + bob.id};
    std::ranges::sort(expected);
    CHECK(split->parts == expected);
    CHECK_FALSE(split->rest);
}

TEST_CASE_METHOD(MailWorld, "a post that nobody wants is delivered", "[email]") {
    CHECK(std::holds_alternative<Delivered>(deliver(post_attempt())));
}

TEST_CASE_METHOD(MailWorld, "many subscribers are split in steps of which none misses or repeats one", "[email]") {
    const auto count = GENERATE(500, 501, 1000);
    for (int i = 0; i < count; ++i) {
        storage::Subscription subscription{.id = "s" + std::to_string(10'000 + i),
                                           .topic = "travel",
                                           .email = std::to_string(i) + "@example.org",
                                           .confirmed = true,
                                           .token = "t" + std::to_string(i),
                                           .created_at = clock.now(),
                                           .confirmed_at = clock.now()};
        REQUIRE(run(store->subscriptions().add(std::move(subscription), {}, {})));
    }

    std::vector<std::string> parts;
    std::string part;
    for (auto outcome = deliver(post_attempt()); auto* split = std::get_if<Split>(&outcome);
         outcome = deliver(post_attempt(part))) {
        CHECK(split->parts.size() <= 500);
        parts.insert(parts.end(), split->parts.begin(), split->parts.end());
        if (!split->rest)
            break;
        part = *split->rest;
    }

    CHECK(parts.size() == static_cast<std::size_t>(count));
    CHECK(std::ranges::adjacent_find(parts, std::ranges::greater_equal{}) == parts.end());
}

TEST_CASE_METHOD(MailWorld, "a subscriber's part is the mail to them", "[email]") {
    const auto ann = subscribe_and_confirm("ann@example.org");
    mailer.sent.clear();

    const auto outcome = deliver(post_attempt("subscription:" + ann.id));

    CHECK(std::holds_alternative<Delivered>(outcome));
    REQUIRE(mailer.sent.size() == 1);
    CHECK(mailer.sent[0].to.mailbox == "ann@example.org");
    CHECK(mailer.sent[0].subject == "Holidays");
    CHECK(mailer.sent[0].text.starts_with("Joe: <Spain>\nhttps://blog.example.org/posts/p1\n"));
    CHECK(mailer.sent[0].html == "<p>&lt;Spain&gt;</p>");
}

TEST_CASE_METHOD(MailWorld, "what a rule shapes is the mail's body", "[email]") {
    const auto ann = subscribe_and_confirm("ann@example.org");
    mailer.sent.clear();
    auto attempt = post_attempt("subscription:" + ann.id);
    attempt.shaped = true;
    const auto [payload, body] = GENERATE(table<std::string, std::string>(
        {{R"("one\ntwo")", "one\ntwo"}, {R"({"a":1})", R"({"a":1})"}, {"plain text", "plain text"}}));
    attempt.payload = payload;

    deliver(attempt);

    REQUIRE(mailer.sent.size() == 1);
    CHECK(mailer.sent[0].text.starts_with("Joe: " + body + "\n"));
}

TEST_CASE_METHOD(MailWorld, "whoever unsubscribed meanwhile gets nothing", "[email]") {
    const auto ann = subscribe_and_confirm("ann@example.org");
    REQUIRE(run(subscriptions.unsubscribe(ann.token)));
    mailer.sent.clear();

    CHECK(std::holds_alternative<Delivered>(deliver(post_attempt("subscription:" + ann.id))));
    CHECK(mailer.sent.empty());
}

TEST_CASE_METHOD(MailWorld, "whoever subscribed anew but has not confirmed gets nothing", "[email]") {
    const auto ann = subscribe_and_confirm("ann@example.org");
    REQUIRE(run(subscriptions.unsubscribe(ann.token)));
    subscribe("ann@example.org");
    mailer.sent.clear();

    CHECK(std::holds_alternative<Delivered>(deliver(post_attempt("subscription:" + ann.id))));
    CHECK(mailer.sent.empty());
}

TEST_CASE_METHOD(MailWorld, "an event without a topic fails for good", "[email]") {
    auto attempt = post_attempt();
    attempt.event = *json::parse(R"({"detail":{"topic":7}})");

    const auto outcome = deliver(attempt);

    const auto* failed = std::get_if<Failed>(&outcome);
    REQUIRE(failed);
    CHECK(failed->final);
    CHECK(failed->error.message.find("$.detail.topic") != std::string::npos);
}

TEST_CASE_METHOD(MailWorld, "what the relay refuses is final, and what it cannot do now is not", "[email]") {
    const auto ann = subscribe_and_confirm("ann@example.org");

    mailer.error = Error{Errc::Rejected, "550 no such user"};
    auto outcome = deliver(post_attempt("subscription:" + ann.id));
    CHECK(std::get<Failed>(outcome).final);
    mailer.error = Error{Errc::Unavailable, "421 later"};
    outcome = deliver(post_attempt("subscription:" + ann.id));
    CHECK_FALSE(std::get<Failed>(outcome).final);
    CHECK(std::get<Failed>(outcome).error.message == "421 later");
}

TEST_CASE_METHOD(MailWorld, "a post is mailed from end to end, with a dead letter for the bad address alone",
                 "[email]") {
    apply({{"default",
            {{.name = "mail",
              .description = "",
              .pattern = R"({"detail-type":["BlogPostCreated"]})",
              .enabled = true,
              .targets = {{.id = "m", .kind = model::EmailTarget{}, .input = {}, .retry = {}, .dead_letter = {}}}}}}});
    subscribe_and_confirm("ann@example.org");
    subscribe_and_confirm("bob@example.org");
    mailer.sent.clear();

    create("Holidays", "travel");
    until([&] { return mailer.sent.size() == 2; });
    settle();

    CHECK(owed() == 0);
    CHECK(mailer.sent[0].message_id != mailer.sent[1].message_id);
}

}  // namespace
}  // namespace rialto::targets
