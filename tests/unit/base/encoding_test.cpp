#include "rialto/base/encoding.hpp"

#include <catch2/catch.hpp>
#include <vector>

using namespace rialto;

TEST_CASE("base64 does as RFC 4648 shows", "[base][encoding]") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xfb\xff", "+/8="},
    };
    for (const auto& [bytes, text] : cases) {
        INFO(text);
        const auto bare = text.substr(0, text.find('='));
        CHECK(to_base64(bytes) == text);
        CHECK(from_base64(text) == bytes);
        CHECK(from_base64(bare) == bytes);
        CHECK(from_base64(to_base64url(bytes)) == bytes);
    }
    CHECK(to_base64url("\xfb\xff") == "-_8");
}

TEST_CASE("what is no base64 is refused", "[base][encoding]") {
    for (const std::string_view text :
         {"A", "AAAAA", "Zg=", "Zm9v=", "=", "====", "Zm9v====", "Zg==Zg==", "Z g=", "Zg\n="}) {
        INFO(text);
        CHECK_FALSE(from_base64(text));
    }
}

TEST_CASE("percent encoding keeps the unreserved and reads back the rest", "[base][encoding]") {
    CHECK(percent_encode("aZ09-._~") == "aZ09-._~");
    CHECK(percent_encode("a b/é?+%") == "a%20b%2F%C3%A9%3F%2B%25");
    CHECK(percent_decode("a%20b%2f%C3%a9+") == "a b/é+");
    CHECK(percent_decode("a+b%2B", true) == "a b+");
    CHECK(percent_decode("") == "");
    for (const std::string_view text : {"%", "%4", "a%", "a%4", "%g0", "%0g", "%%41"}) {
        INFO(text);
        CHECK_FALSE(percent_decode(text));
    }
}

TEST_CASE("HTML text cannot leave its element or attribute", "[base][encoding]") {
    CHECK(escape_html(R"(<a href="x" title='y'>&amp;</a> é)") ==
          "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt; é");
}

TEST_CASE("digests are SHA-256 in hexadecimal", "[base][encoding]") {
    CHECK(to_hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(to_hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("MD5 in hexadecimal", "[base][encoding]") {
    CHECK(to_hex(md5("")) == "d41d8cd98f00b204e9800998ecf8427e");
    CHECK(to_hex(md5("abc")) == "900150983cd24fb0d6963f7d28e17f72");
}
