#include "rialto/targets/subscriptions.hpp"

#include "tests/unit/targets/mail_world.hpp"

namespace rialto::targets {
namespace {

TEST_CASE_METHOD(MailWorld, "whoever subscribes is mailed the link that confirms it", "[subscriptions]") {
    const auto pending = subscribe("Ann@Example.org");

    CHECK_FALSE(pending.confirmed);
    CHECK(pending.token.size() >= 22);
    REQUIRE(mailer.sent.size() == 1);
    CHECK(mailer.sent[0].text == "https://blog.example.org/subscriptions/confirm?token=" + pending.token + "\n");
    CHECK(owed() == 0);

    const auto confirmed = run(subscriptions.confirm(pending.token));
    REQUIRE(confirmed);
    CHECK(confirmed->confirmed);
}

TEST_CASE_METHOD(MailWorld, "the token is in no event", "[subscriptions]") {
    mailer.error = Error{Errc::Rejected, "no"};
    const auto pending = subscribe("ann@example.org");
    REQUIRE(dead_letters().size() == 1);
    CHECK(dead_letters()[0].envelope.find(pending.token) == std::string::npos);
}

TEST_CASE_METHOD(MailWorld, "subscribing again mails the same link, but not too often", "[subscriptions]") {
    const auto first = subscribe("ann@example.org");
    CHECK(subscribe("ANN@example.org").token == first.token);
    CHECK(mailer.sent.size() == 1);

    pass(10min + 1ms);
    const auto later = subscribe("ann@example.org");

    CHECK(later.id == first.id);
    CHECK(later.token == first.token);
    REQUIRE(mailer.sent.size() == 2);
    CHECK(mailer.sent[1].text == mailer.sent[0].text);
    CHECK(mailer.sent[1].message_id != mailer.sent[0].message_id);
}

TEST_CASE_METHOD(MailWorld, "subscribing again when confirmed changes nothing", "[subscriptions]") {
    subscribe_and_confirm("ann@example.org");
    pass(1h);
    CHECK(subscribe("ann@example.org").confirmed);
    CHECK(mailer.sent.size() == 1);
}

TEST_CASE_METHOD(MailWorld, "topics and addresses that are none are refused", "[subscriptions]") {
    const auto refused = [this](const std::string& topic, const std::string& address) {
        const auto added = run(subscriptions.subscribe(topic, address));
        return !added && added.error().code == Errc::InvalidArgument;
    };
    CHECK(refused("", "ann@example.org"));
    CHECK(refused("  ", "ann@example.org"));
    CHECK(refused("a\nb", "ann@example.org"));
    CHECK(refused(std::string(65, 'a'), "ann@example.org"));
    CHECK(refused("travel", "ann"));
    CHECK(refused("travel", "Ann <ann@example.org>"));
    CHECK(refused("travel", "ann@example.org\r\nBcc: all@example.org"));
    CHECK_FALSE(refused(std::string(64, 'a'), "ann@example.org"));
}

TEST_CASE_METHOD(MailWorld, "unsubscribing takes the subscription away", "[subscriptions]") {
    const auto ann = subscribe_and_confirm("ann@example.org");
    REQUIRE(run(subscriptions.unsubscribe(ann.token)));
    CHECK(run(subscriptions.get(ann.id)).error().code == Errc::NotFound);
    CHECK(run(subscriptions.unsubscribe(ann.token)).error().code == Errc::NotFound);
    CHECK(run(subscriptions.confirm(ann.token)).error().code == Errc::NotFound);
}

TEST_CASE_METHOD(MailWorld, "a confirmation that came meanwhile, or went, needs no mail", "[subscriptions]") {
    mailer.error = Error{Errc::Unavailable, "down"};
    const auto ann = subscribe("ann@example.org");
    const auto bob = subscribe("bob@example.org");
    REQUIRE(run(subscriptions.confirm(ann.token)));
    REQUIRE(run(subscriptions.unsubscribe(bob.token)));
    mailer.error.reset();

    pass(1s);

    CHECK(mailer.sent.empty());
    CHECK(owed() == 0);
}

}  // namespace
}  // namespace rialto::targets
