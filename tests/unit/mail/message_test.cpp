#include "rialto/mail/message.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "run.hpp"

using namespace rialto;
using namespace rialto::mail;

namespace {

std::string test_data(const std::string& name) {
    std::ifstream file{std::string{RIALTO_TEST_DATA} + "/mail/" + name, std::ios::binary};
    REQUIRE(file);
    return {std::istreambuf_iterator<char>{file}, {}};
}

Message golden_message() {
    auto message = sample_message();
    message.from.name = "Rialto, the bridge";
    message.subject = "Ünïcödé 🎉: a new post by Zoë Müller, with a title that is much too long for a single line";
    message.text =
        "Grüße!\n\n.\nFrom here on, a line that is longer than the seventy-six characters which quoted-printable "
        "allows.\n1 + 1 = 2 \n";
    message.html = "<h1>Ένα νέο άρθρο</h1>\r\n<p>Ελληνικά, 日本語 και 🎉🎉🎉</p>\r\n";
    message.headers = {{"Auto-Submitted", "auto-generated"},
                       {"List-Unsubscribe",
                        "<https://rialto.example.org/unsubscribe?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA>"},
                       {"List-Unsubscribe-Post", "List-Unsubscribe=One-Click"}};
    return message;
}

std::size_t count(std::string_view text, std::string_view part) {
    std::size_t found = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string_view::npos; at += part.size())
        ++found;
    return found;
}

/// What every message must be, whatever its texts are.
void check_form(std::string_view text) {
    REQUIRE(text.ends_with("\r\n"));
    CHECK(std::ranges::all_of(text,
                              [](char c) { return (c >= ' ' && c <= '~') || c == '\t' || c == '\r' || c == '\n'; }));
    CHECK(count(text, "\r\n") == count(text, "\n"));
    CHECK(count(text, "\r\n") == count(text, "\r"));
    for (std::size_t end = 0; (end = text.find("\r\n")) != std::string_view::npos; text.remove_prefix(end + 2))
        CHECK(end <= 998);
}

}  // namespace

TEST_CASE("a message is the same as the golden one, byte for byte", "[mail]") {
    CHECK(mail::to_rfc5322(golden_message()) == test_data("golden.eml"));
    check_form(mail::to_rfc5322(golden_message()));
}

TEST_CASE("no text can add a field or a part", "[mail]") {
    const std::string attack =
        GENERATE("x\r\nBcc: eve@example.net\r\n\r\nbody", "x\n\n--=_0\nContent-Type: text/html\n\n<script>",
                 "\u2028Bcc: eve@example.net", "x\rBcc: eve@example.net");
    auto message = sample_message();
    message.from.name = message.to.name = message.subject = message.message_id = message.text = message.html = attack;
    message.to.mailbox += attack;
    message.headers = {{"X-Topic", attack}, {attack, "x"}};

    const auto text = mail::to_rfc5322(message);

    check_form(text);
    const auto header = text.substr(0, text.find("\r\n\r\n"));
    CHECK(count(header, "\r\nBcc") == 0);
    CHECK(count(header, "\r\nSubject: ") == 1);
    CHECK(count(text, "\r\n\r\n") >= 3);
    const auto mark = "--" + text.substr(text.find("boundary=\"") + 10, 34);
    CHECK(count(text, "\r\n" + mark) == 3);
}

TEST_CASE("a body that holds the boundary of its own message is harmless", "[mail]") {
    auto message = sample_message();
    const auto first = mail::to_rfc5322(message);
    message.text += first.substr(first.find("--=_"), 36) + "\n";

    const auto text = mail::to_rfc5322(message);

    CHECK(count(text, "\r\n--=_") == 3);
    CHECK(count(text, "--=3D_") == 1);
}

TEST_CASE("a message without HTML is one plain part", "[mail]") {
    auto message = sample_message();
    message.html.clear();

    const auto text = mail::to_rfc5322(message);

    CHECK(text.find("multipart") == std::string::npos);
    CHECK(text.ends_with(
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nHello\r\n"));
}

TEST_CASE("the same message gives the same bytes, and another text another boundary", "[mail]") {
    auto other = sample_message();
    other.text += "!";

    const auto text = mail::to_rfc5322(sample_message());

    CHECK(text == mail::to_rfc5322(sample_message()));
    const auto boundary = text.substr(text.find("boundary="), 45);
    CHECK(mail::to_rfc5322(other).find(boundary) == std::string::npos);
}
