#include "pattern/blocks.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <ranges>
#include <string>

namespace rialto::pattern {
namespace {

/// One byte after the other.
struct Naive {
    explicit Naive(std::string_view text) {
        bool in_string = false;
        bool escaped = false;
        for (std::size_t at = 0; at < text.size(); ++at) {
            const char c = text[at];
            const bool is_quote = c == '"' && !escaped;
            // A backslash escapes wherever it stands: outside strings it is no JSON, and any answer will do.
            escaped = c == '\\' && !escaped;
            if (is_quote) {
                quotes.push_back(at);
                in_string = !in_string;
            }
        }
    }
    std::vector<std::size_t> quotes;
};

/// The first `count`.
std::vector<std::size_t> quotes_of(Blocks& blocks, std::size_t count) {
    std::vector<std::size_t> quotes;
    for (std::size_t number = 0; number < count; ++number) {
        blocks.provide(number);
        quotes.push_back(blocks.quote(number));
    }
    return quotes;
}

std::string random_text(std::mt19937& random, std::size_t size) {
    constexpr std::string_view kBytes = "\"\"\"\\\\{}[],,: ab\x80\xdb\xfb\x02\x0c";
    std::string text(size, ' ');
    for (char& c : text)
        c = kBytes[std::uniform_int_distribution<std::size_t>{0, kBytes.size() - 1}(random)];
    return text;
}

}  // namespace

TEST_CASE("every way of classifying finds the same quotes as reading byte by byte", "[pattern]") {
    std::mt19937 random{1};
    Blocks blocks;
    REQUIRE(Blocks::kernels().back().name == "words");

    for (std::size_t size = 0; size < 700; ++size) {
        const auto text = random_text(random, size);
        const Naive naive{text};
        for (const auto& kernel : Blocks::kernels()) {
            INFO(kernel.name << ": " << text);
            blocks.classify(text, kernel);
            CHECK(blocks.has_escapes() == (text.find('\\') != std::string::npos));
            CHECK(quotes_of(blocks, naive.quotes.size()) == naive.quotes);
            for (std::size_t at = 0; at <= size; at += 1 + at / 3) {
                blocks.jump(at);
                const auto rest = std::ranges::subrange{std::ranges::lower_bound(naive.quotes, at), naive.quotes.end()};
                CHECK(std::ranges::equal(quotes_of(blocks, rest.size()), rest));
            }
            blocks.jump(0);
            blocks.provide(naive.quotes.size());
            for (std::size_t number = 0; number < 4; ++number)
                CHECK(blocks.quote(naive.quotes.size() + number) == size);
        }
    }
}

TEST_CASE("the bracket that closes another is found, however far it is", "[pattern]") {
    const auto inside = GENERATE(as<std::string>{}, "", "1", R"("]}\"[{")", "[[[[]]],[{}]]", "[],[],[]",
                                 std::string(100, '[') + std::string(100, ']'), std::string(300, ' '));
    const auto before = GENERATE(0U, 1U, 62U, 63U, 64U);
    const std::string text = std::string(before, ' ') + "[" + inside + "]]]";
    Blocks blocks;

    for (const auto& kernel : Blocks::kernels()) {
        blocks.classify(text, kernel);
        CHECK(blocks.closing(before) == before + 1 + inside.size());
    }
}

TEST_CASE("a bracket that nothing closes leads behind the end", "[pattern]") {
    const std::string text(GENERATE(1U, 63U, 64U, 65U, 1000U), '[');
    Blocks blocks;

    blocks.classify(text);

    CHECK(blocks.closing(0) >= text.size());
}

}  // namespace rialto::pattern
