#include "mail/body.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "mail/text.hpp"
#include "rialto/base/encoding.hpp"

using namespace rialto;
using namespace rialto::mail;

namespace {

std::string decode_quoted(std::string text) {
    for (std::size_t at = 0; (at = text.find("=\r\n")) != std::string::npos;)
        text.erase(at, 3);
    std::string percent;
    for (const char c : text)
        percent += c == '=' ? "%" : c == '%' ? "%25" : std::string(1, c);
    return percent_decode(percent).value();
}

std::size_t longest_line(std::string_view text) {
    std::size_t longest = 0;
    for (std::size_t end = 0; (end = text.find("\r\n")) != std::string_view::npos; text.remove_prefix(end + 2))
        longest = std::max(longest, end);
    return std::max(longest, text.size());
}

}  // namespace

TEST_CASE("quoted-printable escapes what relays would change", "[mail]") {
    const auto [text, expected] = GENERATE(table<std::string, std::string>({
        {"", ""},
        {"plain\r\n", "plain\r\n"},
        {"a=b\r\n", "a=3Db\r\n"},
        {"space \r\ntab\t\r\n", "space=20\r\ntab=09\r\n"},
        {"in the middle\tof it\r\n", "in the middle\tof it\r\n"},
        {" \r\n", "=20\r\n"},
        {"two  \r\n", "two =20\r\n"},
        {".\r\n.. a.b\r\n", "=2E\r\n=2E. a.b\r\n"},
        {"From me\r\n>From\r\nFromage\r\n", "=46rom me\r\n>From\r\nFromage\r\n"},
        {"\r\n\r\n", "\r\n\r\n"},
        {"é€🎉\r\n", "=C3=A9=E2=82=AC=F0=9F=8E=89\r\n"},
        {std::string{"\0\x01\x7f\r\n", 5}, "=00=01=7F\r\n"},
    }));

    CHECK(quoted_printable(text) == expected);
}

TEST_CASE("quoted-printable breaks long lines softly and decodes to the same", "[mail]") {
    const auto size = static_cast<std::size_t>(GENERATE(74, 75, 76, 77, 78, 150, 151, 152, 153, 1000));
    const char filling = GENERATE('a', '.', '=', ' ', '\x01');
    const auto text = std::string(size, filling) + "\r\n";

    const auto quoted = quoted_printable(text);

    CHECK(longest_line(quoted) <= 76);
    CHECK(quoted.find("\r\n.") == std::string::npos);
    CHECK(quoted.find(" \r\n") == std::string::npos);
    CHECK(decode_quoted(quoted) == text);
}

TEST_CASE("a line of exactly 76 characters needs no soft break", "[mail]") {
    const auto text = std::string(76, 'a') + "\r\n";

    CHECK(quoted_printable(text) == text);
}

TEST_CASE("a body takes the shorter encoding", "[mail]") {
    std::string greek;
    for (int i = 0; i < 100; ++i)
        greek += "αβγδ ";

    const auto ascii = encode_body("Hello\n");
    const auto other = encode_body(greek);

    CHECK(ascii.encoding == "quoted-printable");
    CHECK(ascii.text == "Hello\r\n");
    CHECK(other.encoding == "base64");
    CHECK(longest_line(other.text) <= 76);
    CHECK(from_base64([](std::string text) {
              std::erase_if(text, [](char c) { return c == '\r' || c == '\n'; });
              return text;
          }(other.text)) == greek + "\r\n");
    CHECK(other.text.size() < quoted_printable(crlf_lines(greek)).size());
}

TEST_CASE("line ends become CRLF, and broken bytes replacement characters", "[mail]") {
    const auto [text, expected] = GENERATE(table<std::string, std::string>({
        {"", ""},
        {"a", "a\r\n"},
        {"a\nb\r\nc\rd", "a\r\nb\r\nc\r\nd\r\n"},
        {"\n\r\n\r", "\r\n\r\n\r\n"},
        {"\r\r\n", "\r\n\r\n"},
        {"\xFF\n", "\uFFFD\r\n"},
        {"\xC3\n\xE2\x82", "\uFFFD\r\n\uFFFD\uFFFD\r\n"},
    }));

    CHECK(crlf_lines(text) == expected);
}
