#include "rialto/storage/packed_text.hpp"

#include <catch2/catch.hpp>
#include <span>
#include <string>
#include <vector>

#include "rialto/base/id.hpp"

namespace rialto::storage {
namespace {

/// Events that have in common what such have, and differ in the rest.
std::vector<std::string> orders(int count, int first = 0) {
    std::vector<std::string> all;
    for (int n = first; n < first + count; ++n)
        all.push_back(R"({"version":"0","id":")" + std::to_string(n * 7919 % 10007) +
                      R"(","detail-type":"OrderPlaced","source":"shop.orders","account":"000000000000","region":)"
                      R"("us-east-1","detail":{"orderId":)" +
                      std::to_string(n) + R"(,"customer":{"name":"Customer )" + std::to_string(n * 31 % 997) +
                      R"(","country":"DE"},"items":[{"sku":"SKU-)" + std::to_string(n * 13 % 4999) +
                      R"(","quantity":1}]}})");
    return all;
}

std::size_t packed_size(const TextPacker& packer, const std::vector<std::string>& texts) {
    std::size_t size = 0;
    for (const std::string& text : texts)
        size += packer.pack(text).size();
    return size;
}

/// Whatever byte is changed and wherever it is cut off.
void bend_everywhere(const TextPacker& packer, const std::string& text, std::size_t mark) {
    const std::string packed = packer.pack(text);
    REQUIRE(packed.size() < 100);
    for (std::size_t at = mark; at < packed.size(); ++at) {
        std::string bent = packed;
        bent[at] = static_cast<char>(bent[at] ^ 0x55);
        const auto got = packer.unpack(bent);
        CHECK((!got || got->size() == text.size()));
        CHECK_FALSE(packer.unpack(packed.substr(0, at)));
    }
}

}  // namespace

TEST_CASE("a text that is packed comes back as it was", "[storage]") {
    const bool learned = GENERATE(false, true);
    TextPacker packer;
    if (learned)
        REQUIRE(packer.add(train(packer, orders(1000)).value()));
    std::string varied = "{";
    for (int i = 0; i < 20'000; ++i)
        varied += static_cast<char>(i * i % 251);
    const std::string alike = "{\"detail\":\"" + std::string(100'000, 'x') + "\"}";
    for (const std::string& text :
         {std::string{}, std::string{"{}"}, std::string(300, '{'), varied, alike, orders(1, 5000).front()})
        CHECK(packer.unpack(packer.pack(text)).value() == text);

    CHECK(packer.pack(alike).size() < alike.size() / 100);
    CHECK(packer.pack("{\"short\":1}") == "{\"short\":1}");
}

TEST_CASE("a dictionary leaves a third of what there was, and what was packed before is read as ever", "[storage]") {
    TextPacker packer;
    const auto later = orders(200, 9000);
    const std::size_t alone = packed_size(packer, later);
    const std::string before = packer.pack(later.front());

    const auto dictionary = train(packer, orders(1000));
    REQUIRE(dictionary);
    REQUIRE(packer.add(*dictionary));

    CHECK(packed_size(packer, later) < alone / 3);
    CHECK(packer.unpack(before).value() == later.front());
    CHECK_FALSE(train(packer, orders(1000, 3000)));  // another would save nothing
    TextPacker anew;
    CHECK(anew.unpack(packer.pack(later.front())).error().code == Errc::Corrupt);
    REQUIRE(anew.add(*dictionary));
    CHECK(anew.unpack(packer.pack(later.front())).value() == later.front());
}

TEST_CASE("texts that are few, or have nothing in common, make no dictionary", "[storage]") {
    const TextPacker packer;
    CHECK_FALSE(train(packer, {}));
    CHECK_FALSE(train(packer, orders(3)));
    std::vector<std::string> noise;
    SystemRandom random;
    for (int i = 0; i < 500; ++i) {
        noise.emplace_back(400, '{');
        random.fill(std::as_writable_bytes(std::span{noise.back()}.subspan(1)));
    }
    CHECK_FALSE(train(packer, noise));
}

TEST_CASE("what is no dictionary is not taken", "[storage]") {
    TextPacker packer;
    CHECK(packer.add("").error().code == Errc::Corrupt);
    CHECK(packer.add("not a dictionary").error().code == Errc::Corrupt);
    const std::string whole = train(packer, orders(1000)).value();
    CHECK(packer.add(whole.substr(0, 20)).error().code == Errc::Corrupt);
}

TEST_CASE("a packed text that was damaged is found out, or is another text of that size", "[storage]") {
    const std::string text = "{\"detail\":\"" + std::string(1000, 'x') + std::string(1000, 'y') + "\"}";
    TextPacker packer;
    bend_everywhere(packer, text, 1);
    REQUIRE(packer.add(train(packer, orders(1000)).value()));
    bend_everywhere(packer, text, 4);

    const std::string huge{"\x01\xFF\xFF\xFF\xFF{}", 7};  // says how large it is
    CHECK(packer.unpack(huge).error().code == Errc::Corrupt);
}

}  // namespace rialto::storage
