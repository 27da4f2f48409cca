#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <future>

#include "fake_relay.hpp"
#include "rialto/base/encoding.hpp"
#include "run.hpp"

using namespace rialto;
using namespace rialto::mail;

namespace {

struct SmtpMailerTest {
    SmtpOptions options_for(const FakeRelay& relay) const {
        SmtpOptions options;
        options.host = "127.0.0.1";
        options.port = relay.port();
        options.security = SmtpOptions::Security::None;
        options.helo = "rialto.test";
        options.timeout = std::chrono::seconds{20};
        options.connections = 1;
        return options;
    }

    std::unique_ptr<Mailer> mailer_for(const FakeRelay& relay) { return make_smtp_mailer(options_for(relay), metrics); }

    metrics::Registry metrics;
};

/// Agrees to everything but `verb`.
FakeRelay::Script answering(std::string verb, FakeRelay::Reply reply) {
    return [verb, reply](std::string_view v, std::string_view line) {
        return v == verb ? reply : FakeRelay::agree(v, line);
    };
}

std::size_t count_verb(const FakeRelay& relay, std::string_view verb) {
    return static_cast<std::size_t>(
        std::ranges::count_if(relay.commands(), [verb](const std::string& line) { return line.starts_with(verb); }));
}

}  // namespace

TEST_CASE_METHOD(SmtpMailerTest, "a mail goes to the relay as it is", "[mail]") {
    FakeRelay relay;
    const auto mailer = mailer_for(relay);

    const auto sent = mail::send(*mailer, sample_message());

    REQUIRE(sent);
    REQUIRE(relay.mails().size() == 1);
    CHECK(relay.mails().front() == mail::to_rfc5322(sample_message()));
    const auto commands = relay.commands();
    CHECK(commands.at(0) == "EHLO rialto.test");
    CHECK(commands.at(1).starts_with("MAIL FROM:<rialto@example.org>"));
    CHECK(commands.at(2) == "RCPT TO:<zoe@example.net>");
    CHECK(metrics.text().find("rialto_mail_sent_total 1") != std::string::npos);
}

TEST_CASE_METHOD(SmtpMailerTest, "the next mail takes the same connection", "[mail]") {
    FakeRelay relay;
    const auto mailer = mailer_for(relay);

    REQUIRE(mail::send(*mailer, sample_message()));
    REQUIRE(mail::send(*mailer, sample_message()));

    CHECK(relay.mails().size() == 2);
    CHECK(relay.connections() == 1);
    CHECK(count_verb(relay, "EHLO") == 1);
}

TEST_CASE_METHOD(SmtpMailerTest, "a relay that ends the connection between two mails gets the second on a new one",
                 "[mail]") {
    std::atomic<int> mails = 0;
    const auto reply = GENERATE(FakeRelay::Reply{"", true}, FakeRelay::Reply{"421 idle too long", true});
    FakeRelay relay{[&mails, reply](std::string_view verb, std::string_view line) {
        return verb == "MAIL" && ++mails == 2 ? reply : FakeRelay::agree(verb, line);
    }};
    const auto mailer = mailer_for(relay);

    REQUIRE(mail::send(*mailer, sample_message()));
    const auto second = mail::send(*mailer, sample_message());

    CAPTURE(second ? "" : second.error().message);
    REQUIRE(second);

    CHECK(relay.mails().size() == 2);
    CHECK(relay.connections() == 2);
}

TEST_CASE_METHOD(SmtpMailerTest, "a 4xx may be tried again", "[mail]") {
    const std::string verb = GENERATE("MAIL", "RCPT", "DATA", "MESSAGE");
    FakeRelay relay{answering(verb, {"451 come back later"})};
    const auto mailer = mailer_for(relay);

    const auto sent = mail::send(*mailer, sample_message());

    REQUIRE_FALSE(sent);
    CHECK(sent.error().code == Errc::Unavailable);
    CHECK(sent.error().message.ends_with(" answered: 451 come back later"));
    CHECK(metrics.text().find("rialto_mail_failed_total{kind=\"temporary\"} 1") != std::string::npos);
}

TEST_CASE_METHOD(SmtpMailerTest, "a 5xx to the mail is final and comes with the relay's words", "[mail]") {
    const std::string verb = GENERATE("MAIL", "RCPT", "DATA", "MESSAGE");
    FakeRelay relay{answering(verb, {"550-5.1.1 zoe\r\n550 is not here"})};
    const auto mailer = mailer_for(relay);

    const auto sent = mail::send(*mailer, sample_message());

    REQUIRE_FALSE(sent);
    CHECK(sent.error().code == Errc::Rejected);
    CHECK(sent.error().message.ends_with(" answered: 550 5.1.1 zoe is not here"));
    CHECK(metrics.text().find("rialto_mail_failed_total{kind=\"permanent\"} 1") != std::string::npos);
}

TEST_CASE_METHOD(SmtpMailerTest, "a rejected mail does not keep the next from being sent", "[mail]") {
    std::atomic<int> mails = 0;
    FakeRelay relay{[&mails](std::string_view verb, std::string_view line) {
        return verb == "RCPT" && ++mails == 1 ? FakeRelay::Reply{"550 no"} : FakeRelay::agree(verb, line);
    }};
    const auto mailer = mailer_for(relay);

    const auto first = mail::send(*mailer, sample_message());
    const auto second = mail::send(*mailer, sample_message());

    CHECK_FALSE(first);
    CHECK(second);
}

TEST_CASE_METHOD(SmtpMailerTest, "a relay that does not want us as a client is no fault of the mail", "[mail]") {
    const auto [verb, reply] = GENERATE(table<std::string, std::string>({{"GREETING", "554 no service for you"},
                                                                         {"AUTH", "535 wrong password"},
                                                                         {"AUTH", "534 mechanism too weak"},
                                                                         {"MAIL", "530 authentication required"}}));
    FakeRelay relay{answering(verb, {reply})};
    auto options = options_for(relay);
    options.username = "rialto";
    options.password = Secret{"wrong"};
    const auto mailer = make_smtp_mailer(options, metrics);

    const auto sent = mail::send(*mailer, sample_message());

    REQUIRE_FALSE(sent);
    CHECK(sent.error().code == Errc::Unavailable);
    CHECK(sent.error().message.find("does not accept us as its client: " + reply) != std::string::npos);
}

TEST_CASE_METHOD(SmtpMailerTest, "user name and password go out by AUTH PLAIN", "[mail]") {
    FakeRelay relay;
    auto options = options_for(relay);
    options.username = "rialto";
    options.password = Secret{"s3cret"};
    const auto mailer = make_smtp_mailer(options, metrics);

    REQUIRE(mail::send(*mailer, sample_message()));

    const auto expected = "AUTH PLAIN " + to_base64(std::string{"\0rialto\0s3cret", 14});
    CHECK(relay.commands().at(1) == expected);
}

TEST_CASE_METHOD(SmtpMailerTest, "a relay that falls silent is given up", "[mail]") {
    const std::string verb = GENERATE("GREETING", "RCPT", "MESSAGE");
    FakeRelay relay{answering(verb, {})};
    auto options = options_for(relay);
    options.timeout = std::chrono::milliseconds{200};
    const auto mailer = make_smtp_mailer(options, metrics);

    const auto sent = mail::send(*mailer, sample_message());

    REQUIRE_FALSE(sent);
    CHECK(sent.error().code == Errc::TimedOut);
}

TEST_CASE_METHOD(SmtpMailerTest, "a connection that breaks within the mail may be tried again", "[mail]") {
    FakeRelay relay{answering("CONTENT", {"", true})};
    const auto mailer = mailer_for(relay);

    const auto sent = mail::send(*mailer, sample_message());

    REQUIRE_FALSE(sent);
    CHECK(sent.error().code == Errc::Unavailable);
    CHECK(relay.connections() == 1);
}

TEST_CASE_METHOD(SmtpMailerTest, "without a relay the mail may be tried again", "[mail]") {
    SmtpOptions options;
    {
        FakeRelay relay;
        options = options_for(relay);
    }
    const auto mailer = make_smtp_mailer(options, metrics);

    const auto sent = mail::send(*mailer, sample_message());

    REQUIRE_FALSE(sent);
    CHECK(sent.error().code == Errc::Unavailable);
}

TEST_CASE_METHOD(SmtpMailerTest, "where STARTTLS is asked for but not offered, nothing is sent", "[mail]") {
    FakeRelay relay;
    auto options = options_for(relay);
    options.security = SmtpOptions::Security::StartTls;
    options.username = "rialto";
    options.password = Secret{"s3cret"};
    const auto mailer = make_smtp_mailer(options, metrics);

    const auto sent = mail::send(*mailer, sample_message());

    REQUIRE_FALSE(sent);
    CHECK(sent.error().code == Errc::Unavailable);
    CHECK(count_verb(relay, "AUTH") == 0);
    CHECK(count_verb(relay, "MAIL") == 0);
}

TEST_CASE_METHOD(SmtpMailerTest, "a line of one dot arrives", "[mail]") {
    FakeRelay relay;
    const auto mailer = mailer_for(relay);
    auto message = sample_message();
    message.text = "before\n.\nafter\n";

    REQUIRE(mail::send(*mailer, message));

    REQUIRE(relay.mails().size() == 1);
    CHECK(relay.mails().front() == mail::to_rfc5322(message));
}

TEST_CASE_METHOD(SmtpMailerTest, "an address that would be a command is not sent", "[mail]") {
    FakeRelay relay;
    const auto mailer = mailer_for(relay);
    auto message = sample_message();
    message.to.mailbox = "zoe@example.net>\r\nRCPT TO:<eve@example.net";

    const auto sent = mail::send(*mailer, message);

    REQUIRE_FALSE(sent);
    CHECK(sent.error().code == Errc::InvalidArgument);
    CHECK(relay.connections() == 0);
}

TEST_CASE_METHOD(SmtpMailerTest, "a mail that is stuck delays no other", "[mail]") {
    std::promise<void> others_are_out;
    auto wait = others_are_out.get_future().share();
    std::atomic<int> taken = 0;
    FakeRelay relay{[&](std::string_view verb, std::string_view line) {
        if (verb == "RCPT" && line.find("stuck") != std::string_view::npos)
            wait.wait();
        if (verb == "MESSAGE" && ++taken == 3)
            others_are_out.set_value();
        return FakeRelay::agree(verb, line);
    }};
    auto options = options_for(relay);
    options.connections = 2;
    const auto mailer = make_smtp_mailer(options, metrics);
    auto stuck = sample_message();
    stuck.to.mailbox = "stuck@example.net";

    const auto outcomes = send_all(*mailer, {stuck, sample_message(), sample_message(), sample_message()});

    CHECK(std::ranges::all_of(outcomes, [](const Status& status) { return status.has_value(); }));
    CHECK(relay.mails().size() == 4);
    CHECK(relay.connections() == 2);
}

TEST_CASE_METHOD(SmtpMailerTest, "a mail too many for the queue is answered at once", "[mail]") {
    FakeRelay relay;
    auto options = options_for(relay);
    options.queue = 0;
    const auto mailer = make_smtp_mailer(options, metrics);

    const auto sent = mail::send(*mailer, sample_message());

    REQUIRE_FALSE(sent);
    CHECK(sent.error().code == Errc::Unavailable);
}

TEST_CASE_METHOD(SmtpMailerTest, "a mailer that goes away breaks off its mail and answers all who wait", "[mail]") {
    std::promise<void> reached;
    std::promise<void> queued;
    FakeRelay relay{[&reached](std::string_view verb, std::string_view line) {
        if (verb != "RCPT")
            return FakeRelay::agree(verb, line);
        reached.set_value();
        return FakeRelay::Reply{};
    }};
    auto mailer = mailer_for(relay);
    std::jthread ender{[&] {
        reached.get_future().wait();
        queued.get_future().wait();
        mailer.reset();
    }};

    const auto outcomes =
        send_all(*mailer, {sample_message(), sample_message(), sample_message()}, [&] { queued.set_value(); });

    REQUIRE(outcomes.size() == 3);
    CHECK(std::ranges::all_of(outcomes, [](const Status& s) { return !s && s.error().code == Errc::Unavailable; }));
}
