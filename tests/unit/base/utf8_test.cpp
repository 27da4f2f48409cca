#include "rialto/base/utf8.hpp"

#include <catch2/catch.hpp>

using namespace rialto;

TEST_CASE("well-formed UTF-8 is told from ill-formed at any place", "[base][utf8]") {
    const std::vector<std::pair<std::string, bool>> cases{
        {"", true},
        {"plain ASCII of more than eight bytes", true},
        {"\xc2\x80", true},
        {"\xdf\xbf", true},
        {"\xe0\xa0\x80", true},
        {"\xed\x9f\xbf", true},
        {"\xee\x80\x80", true},
        {"\xef\xbf\xbf", true},
        {"\xf0\x90\x80\x80", true},
        {"\xf4\x8f\xbf\xbf", true},
        {"\x80", false},
        {"\xbf", false},
        {"\xc0\x80", false},
        {"\xc1\xbf", false},
        {"\xc2", false},
        {"\xc2\x41", false},
        {"\xe0\x9f\xbf", false},
        {"\xed\xa0\x80", false},
        {"\xe2\x82", false},
        {"\xe2\x82\x41", false},
        {"\xf0\x8f\xbf\xbf", false},
        {"\xf4\x90\x80\x80", false},
        {"\xf5\x80\x80\x80", false},
        {"\xf0\x9f\x98", false},
        {"\xff", false},
    };
    for (const auto& [text, expected] : cases) {
        for (std::size_t before = 0; before < 10; ++before) {
            INFO(text << " after " << before);
            CHECK(is_utf8(std::string(before, 'a') + text) == expected);
            CHECK(is_utf8(std::string(before, 'a') + text + "tail of ASCII") == expected);
        }
    }
}

TEST_CASE("code points are counted, read and written back", "[base][utf8]") {
    const std::string text = "a\xc2\x80\xc3\xa9\xe2\x82\xac\xef\xbf\xbf\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf";
    const std::u32string expected{U'a', 0x80, 0xe9, 0x20ac, 0xffff, 0x1f600, 0x10ffff};

    std::u32string read;
    std::string written;
    for (std::size_t at = 0; at < text.size();) {
        read += next_code_point(text, at);
        append_utf8(written, read.back());
    }

    CHECK(read == expected);
    CHECK(written == text);
    CHECK(count_code_points(text) == expected.size());
}

TEST_CASE("code points are counted in texts of any length", "[base][utf8]") {
    std::string text;
    for (std::size_t count = 0; count < 600; ++count) {
        REQUIRE(count_code_points(text) == count);
        append_utf8(text, count % 3 == 0 ? U'a' : count % 3 == 1 ? U'\u20ac' : U'\U0001f600');
    }
}

TEST_CASE("a prefix does not split a code point", "[base][utf8]") {
    const std::string_view text =
        "a\xe2\x82\xac"
        "b";
    CHECK(utf8_prefix(text, 0).empty());
    CHECK(utf8_prefix(text, 1) == "a");
    CHECK(utf8_prefix(text, 2) == "a");
    CHECK(utf8_prefix(text, 3) == "a");
    CHECK(utf8_prefix(text, 4) == "a\xe2\x82\xac");
    CHECK(utf8_prefix(text, 5) == text);
    CHECK(utf8_prefix(text, 99) == text);
}
