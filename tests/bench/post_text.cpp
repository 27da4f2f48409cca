#include "post_text.hpp"

#include <array>
#include <random>

namespace rialto::bench {
namespace {

constexpr std::size_t kBodySize = 1900;

constexpr std::array kSentences{
    "Joe Miller took the night train from Madrid to Paris and woke up when it was already light.",
    "The ministers of Germany and Japan will meet in Berlin on Tuesday, said a speaker of the United Nations.",
    "It had rained for three days, and nobody in the village expected the market to open again before the weekend.",
    "Maria Gonzalez, who has led the company since 2019, wants to open two new factories in Brazil.",
    "What makes a good cup of coffee is a question on which people rarely agree.",
    "According to Reuters the price of wheat rose by 4.5 percent in March.",
    "We walked along the Thames, past Westminster, and ended in a small pub near London Bridge.",
    "The new library holds 120,000 books, most of them given by citizens over the last fifty years.",
    "Microsoft and the University of Oxford published their findings together.",
    "She said that she would rather wait another year than hand in something half done.",
    "After the match Lionel Messi thanked the fans in Buenos Aires.",
    "There are few places where you see as many stars as you do in the north of Chile.",
};

}  // namespace

std::string post_json(std::uint64_t number) {
    std::minstd_rand random{static_cast<std::uint32_t>(number % 100'000) + 1};
    std::string body;
    while (body.size() < kBodySize) {
        body += kSentences[random() % kSentences.size()];
        body += ' ';
    }
    return R"({"author":"Writer )" + std::to_string(number % 50) + R"(","title":"Note number )" +
           std::to_string(number) + R"( from the road","topic":"travel","body":")" + body + R"("})";
}

}  // namespace rialto::bench
