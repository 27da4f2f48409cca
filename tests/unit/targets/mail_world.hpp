#pragma once

#include "rialto/mail/mailer.hpp"
#include "rialto/targets/email.hpp"
#include "rialto/targets/subscriptions.hpp"
#include "tests/support/posts_world.hpp"

namespace rialto::targets {

/// Keeps what it is to send, or fails as told.
class FakeMailer final : public mail::Mailer {
public:
    Task<Status> send(const mail::Message& message) override {
        if (error)
            co_return Error{*error};
        sent.push_back(message);
        co_return Status{};
    }
    void stop() override {}

    std::vector<mail::Message> sent;
    std::optional<Error> error;
};

inline LetterSettings letter_settings() {
    return {.from = "Rialto <news@example.org>",
            .post = {"{{title}}", "{{author}}: {{body}}\n{{postUrl}}\n{{unsubscribeUrl}}\n", "<p>{{body}}</p>"},
            .confirmation = {"Confirm {{topic}}", "{{confirmUrl}}\n", "<a href=\"{{confirmUrl}}\">yes</a>"},
            .public_url = "https://blog.example.org"};
}

/// An attempt at the mail of a post.
inline delivery::Attempt post_attempt(const std::string& part = "") {
    auto event = json::parse(
        R"({"id":"e1","detail":{"id":"p1","author":"Joe","title":"Holidays","body":"<Spain>","topic":"travel"}})");
    return {.event_id = "e1",
            .bus = "default",
            .rule = "rule",
            .ingested = {},
            .event = *event,
            .payload = json::write(*event),
            .shaped = false,
            .target = model::EmailTarget{},
            .part = part};
}

/// A world with subscribers whose mails go to a fake.
struct MailWorld : testing::PostsWorld {
    MailWorld() {
        targets.add<model::ConfirmationTarget>(confirmation);
        targets.add<model::EmailTarget>(email);
        REQUIRE(letters.apply(letter_settings()));
        REQUIRE(run(subscriptions.start()));
    }
    ~MailWorld() { close_rooms(); }

    storage::Subscription subscribe(const std::string& address, const std::string& topic = "travel") {
        auto added = run(subscriptions.subscribe(topic, address));
        REQUIRE(added);
        settle();
        return added->subscription;
    }
    storage::Subscription subscribe_and_confirm(const std::string& address, const std::string& topic = "travel") {
        auto confirmed = run(subscriptions.confirm(subscribe(address, topic).token));
        REQUIRE(confirmed);
        return *confirmed;
    }
    delivery::Outcome deliver(const delivery::Attempt& attempt) { return run(email.deliver(attempt)); }

    FakeMailer mailer;
    Letters letters{mailer, clock};
    Email email{store->subscriptions(), letters};
    Confirmation confirmation{store->subscriptions(), letters};
    Subscriptions subscriptions{*store, *bus, *dispatcher, clock, random, 10min};
};

}  // namespace rialto::targets
