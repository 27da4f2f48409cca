#include "mail/header.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "rialto/base/encoding.hpp"
#include "rialto/base/utf8.hpp"

using namespace rialto;
using namespace rialto::mail;

namespace {

std::vector<std::string> lines_of(std::string_view field) {
    std::vector<std::string> lines;
    for (std::size_t end = 0; (end = field.find("\r\n")) != std::string_view::npos; field.remove_prefix(end + 2))
        lines.emplace_back(field.substr(0, end));
    REQUIRE(field.empty());
    return lines;
}

std::string decode_q(std::string_view text) {
    std::string percent;
    for (const char c : text)
        percent += c == '=' ? '%' : c == '_' ? ' ' : c;
    return percent_decode(percent).value();
}

/// The text of a field that consists of encoded words only; each must be well-formed by itself.
std::string decode_words(std::string_view field) {
    std::string text;
    for (std::size_t start = 0; (start = field.find("=?UTF-8?")) != std::string_view::npos;) {
        const auto end = field.find("?=", start + 10);
        REQUIRE(end != std::string_view::npos);
        CHECK(end + 2 - start <= 75);
        const auto payload = field.substr(start + 10, end - start - 10);
        const auto part = field[start + 8] == 'B' ? from_base64(payload).value() : decode_q(payload);
        CHECK(is_utf8(part));
        text += part;
        field.remove_prefix(end + 2);
    }
    return text;
}

std::string repeat(std::string_view text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i)
        out += text;
    return out;
}

std::string unfold(std::string field) {
    for (std::size_t at = 0; (at = field.find("\r\n ")) != std::string::npos;)
        field.erase(at, 2);
    return field;
}

}  // namespace

TEST_CASE("an ASCII text stays as it is", "[mail]") {
    const std::string text = GENERATE("New post", "", "100% = \"all\" <of> it?", "a  b", "tilde ~ and _");

    CHECK(text_field("Subject", text) == "Subject: " + text + "\r\n");
}

TEST_CASE("a long ASCII text is folded at its spaces and none is lost", "[mail]") {
    const auto text = GENERATE(repeat("word ", 60) + "end", repeat("two  spaces ", 30) + "end",
                               repeat("w", 200) + " end", "start " + repeat(" ", 85) + " end");

    const auto field = text_field("Subject", text);

    for (const auto& line : lines_of(field)) {
        CHECK(line.find_first_not_of(' ') != std::string::npos);
        CHECK((line.size() <= 78 || line.find_last_of(' ') < 90));
    }
    CHECK(lines_of(field).size() > 1);
    CHECK(unfold(field) == "Subject: " + text + "\r\n");
}

TEST_CASE("any other text becomes encoded words that decode to it", "[mail]") {
    const auto text =
        GENERATE(std::string{"Ünïcödé"}, std::string{"naïve text, mostly ASCII: = ? _ \" <x@y>"}, std::string{"🎉"},
                 repeat("🎉", 100), repeat("日本語", 50), repeat("ä", 333), "a" + repeat("€", 99), repeat("long", 300),
                 std::string{"=?utf-8?q?forged?="}, repeat(" ", 1) + "é" + repeat(" ", 900) + "é");

    const auto field = text_field("Subject", text);

    for (const auto& line : lines_of(field)) {
        CHECK(line.size() <= 76);
        CHECK(std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; }));
    }
    CHECK(decode_words(field) == text.substr(text.find_first_not_of(' ')));
}

TEST_CASE("words under a long field name start on a line of their own", "[mail]") {
    const std::string name(60, 'X');

    const auto lines = lines_of(text_field(name, repeat("é", 40)));

    CHECK(lines.front() == name + ": ");
    CHECK(lines.size() > 1);
}

TEST_CASE("no value can start another field", "[mail]") {
    const auto value =
        GENERATE(std::string{"x\r\nBcc: eve@example.net"}, std::string{"x\nBcc: eve@example.net"},
                 std::string{"x\rBcc: eve@example.net"}, std::string{"é\r\n\r\n<html>"}, std::string{"x\0y", 3},
                 std::string{"x\u0085Bcc: y"}, std::string{"x\u2028Bcc: y\u2029z"}, std::string{"x\x0b\x0c\x7f"},
                 std::string{"\r\n"}, std::string{"é\xFF\xC3"});
    const Address address{value, "zoe@example.net" + value};

    for (const auto& field :
         {text_field("Subject", value), address_field("To", address), id_field("Message-ID", value)}) {
        CAPTURE(field);
        const auto lines = lines_of(field);
        CHECK(std::ranges::all_of(lines.begin() + 1, lines.end(),
                                  [](const auto& line) { return line.starts_with(' '); }));
        for (const auto& line : lines)
            CHECK(std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; }));
    }
}

TEST_CASE("controls and broken bytes become spaces and replacement characters", "[mail]") {
    CHECK(text_field("Subject", "a\r\nb") == "Subject: a  b\r\n");
    CHECK(decode_words(text_field("Subject", "\xFFü\u2028\xE2\x82")) == "\uFFFDü \uFFFD\uFFFD");
}

TEST_CASE("a field whose name is none is left out", "[mail]") {
    const std::string name = GENERATE("", "X Y", "X:", "X\r\nBcc", "Ü", "X\x7f");

    CHECK(text_field(name, "value").empty());
    CHECK(text_field(name, "välue").empty());
}

TEST_CASE("a name is written so that it reads back", "[mail]") {
    const auto [name, expected] = GENERATE(table<std::string, std::string>({
        {"", "zoe@example.net"},
        {"Zoe Muller", "Zoe Muller <zoe@example.net>"},
        {"Muller, Zoe", "\"Muller, Zoe\" <zoe@example.net>"},
        {"the \"Z\" \\", "\"the \\\"Z\\\" \\\\\" <zoe@example.net>"},
        {"a  b", "\"a  b\" <zoe@example.net>"},
        {"Zoë", "=?UTF-8?Q?Zo=C3=AB?= <zoe@example.net>"},
        {"Müller, Zoë", "=?UTF-8?B?TcO8bGxlciwgWm/Dqw==?= <zoe@example.net>"},
        {"Zoë of the long and plain name", "=?UTF-8?Q?Zo=C3=AB_of_the_long_and_plain_name?= <zoe@example.net>"},
    }));

    CHECK(address_field("To", {name, "zoe@example.net"}) == "To: " + expected + "\r\n");
}

TEST_CASE("a long name is folded before the mailbox", "[mail]") {
    const auto name = GENERATE(repeat("é", 60), repeat("Zoe ", 60), repeat("\\\"", 450));

    const auto lines = lines_of(address_field("To", {name, "zoe@example.net"}));

    CHECK(lines.size() > 1);
    CHECK(lines.back().ends_with(" <zoe@example.net>"));
    CHECK(std::ranges::all_of(lines, [](const auto& line) { return line.size() <= 78; }));
}
