#include "rialto/storage/packed_text.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace rialto::storage {
namespace {

TEST_CASE("a text that is packed comes back as it was", "[storage]") {
    std::string varied = "{";
    for (int i = 0; i < 20'000; ++i)
        varied += static_cast<char>(i * i % 251);
    const std::string alike = "{\"detail\":\"" + std::string(100'000, 'x') + "\"}";
    for (const std::string& text : {std::string{}, std::string{"{}"}, std::string(300, '{'), varied, alike})
        CHECK(unpack(pack(text)).value() == text);

    CHECK(pack(alike).size() < alike.size() / 100);
    CHECK(pack("{\"short\":1}") == "{\"short\":1}");
}

TEST_CASE("a packed text that was damaged is found out, or is another text of that size", "[storage]") {
    const std::string text = "{\"detail\":\"" + std::string(1000, 'x') + std::string(1000, 'y') + "\"}";
    const std::string packed = pack(text);
    REQUIRE(packed.size() < 100);
    for (std::size_t at = 1; at < packed.size(); ++at) {
        std::string bent = packed;
        bent[at] = static_cast<char>(bent[at] ^ 0x55);
        const auto got = unpack(bent);
        CHECK((!got || got->size() == text.size()));
        CHECK_FALSE(unpack(packed.substr(0, at)));
    }
    const std::string huge{"\x01\xFF\xFF\xFF\xFF{}", 7};  // says how large it is
    CHECK(unpack(huge).error().code == Errc::Corrupt);
}

}  // namespace
}  // namespace rialto::storage
