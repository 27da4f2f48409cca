#include "rialto/targets/letters.hpp"

#include "tests/unit/targets/mail_world.hpp"

namespace rialto::targets {
namespace {

std::string header(const mail::Message& message, const std::string& name) {
    for (const auto& [field, value] : message.headers)
        if (field == name)
            return value;
    return {};
}

struct LettersTest : testing::World {
    PostNews news{.event_id = "e1", .post_id = "p 1", .author = "Joe", .title = "T", .body = "B", .topic = "travel"};
    storage::Subscription ann{.id = "s1",
                              .topic = "travel",
                              .email = "ann@example.net",
                              .confirmed = true,
                              .token = "tok",
                              .created_at = {},
                              .confirmed_at = {}};
    FakeMailer mailer;
    Letters letters{mailer, clock};
};

TEST_CASE_METHOD(LettersTest, "before there are settings, a mail waits", "[letters]") {
    CHECK(run(letters.send_post(news, ann)).error().code == Errc::Unavailable);
    CHECK(run(letters.send_confirmation("e1", ann)).error().code == Errc::Unavailable);
}

TEST_CASE_METHOD(LettersTest, "a post's mail can be unsubscribed from with one click", "[letters]") {
    REQUIRE(letters.apply(letter_settings()));
    REQUIRE(run(letters.send_post(news, ann)));

    const auto& mail = mailer.sent.at(0);
    CHECK(mail.from.mailbox == "news@example.org");
    CHECK(mail.date == clock.now());
    CHECK(header(mail, "List-Unsubscribe") == "<https://blog.example.org/subscriptions/unsubscribe?token=tok>");
    CHECK(header(mail, "List-Unsubscribe-Post") == "List-Unsubscribe=One-Click");
    CHECK(header(mail, "Precedence") == "list");
    CHECK(header(mail, "Auto-Submitted") == "auto-generated");
    CHECK(header(mail, "List-Id") == "<74726176656c.topics.example.org>");
    CHECK(mail.text.find("https://blog.example.org/posts/p%201\n") != std::string::npos);
}

TEST_CASE_METHOD(LettersTest, "the Message-ID is the same at each try and another for each reader", "[letters]") {
    REQUIRE(letters.apply(letter_settings()));
    auto bob = ann;
    bob.id = "s2";
    REQUIRE(run(letters.send_post(news, ann)));
    clock.advance(1h);
    REQUIRE(run(letters.send_post(news, ann)));
    REQUIRE(run(letters.send_post(news, bob)));

    CHECK(mailer.sent[0].message_id == "e1.s1@example.org");
    CHECK(mailer.sent[1].message_id == mailer.sent[0].message_id);
    CHECK(mailer.sent[2].message_id == "e1.s2@example.org");
}

TEST_CASE_METHOD(LettersTest, "a mail that asks for confirmation is no list mail", "[letters]") {
    REQUIRE(letters.apply(letter_settings()));
    REQUIRE(run(letters.send_confirmation("e1", ann)));

    const auto& mail = mailer.sent.at(0);
    CHECK(mail.subject == "Confirm travel");
    CHECK(mail.text == "https://blog.example.org/subscriptions/confirm?token=tok\n");
    CHECK(header(mail, "List-Unsubscribe").empty());
}

TEST_CASE_METHOD(LettersTest, "an excerpt ends at a word and never within a character", "[letters]") {
    auto settings = letter_settings();
    settings.post.text = "{{excerpt}}";
    REQUIRE(letters.apply(settings));
    const std::string words = std::string(200, 'a') + " " + std::string(200, 'b');
    std::string smileys;
    for (int i = 0; i < 100; ++i)
        smileys += "\xf0\x9f\x98\x80";

    news.body = words;
    REQUIRE(run(letters.send_post(news, ann)));
    news.body = smileys;
    REQUIRE(run(letters.send_post(news, ann)));
    news.body = std::string(280, 'c');
    REQUIRE(run(letters.send_post(news, ann)));

    CHECK(mailer.sent[0].text == std::string(200, 'a') + "…");
    CHECK(mailer.sent[1].text == smileys.substr(0, 280) + "…");
    CHECK(mailer.sent[2].text == news.body);
}

TEST_CASE_METHOD(LettersTest, "settings that cannot be taken name what is wrong and leave the old ones", "[letters]") {
    REQUIRE(letters.apply(letter_settings()));
    auto bad = letter_settings();
    bad.confirmation.html = "{{nothing}}";

    const auto refused = letters.apply(bad);

    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::InvalidArgument);
    CHECK(refused.error().message.starts_with("mail.templates.confirmation.html: "));
    CHECK(run(letters.send_confirmation("e1", ann)));
    bad = letter_settings();
    bad.from = "nobody";
    CHECK(Letters::check(bad).error().message.starts_with("mail.from: "));
    CHECK(Letters::check(letter_settings()));
}

}  // namespace
}  // namespace rialto::targets
