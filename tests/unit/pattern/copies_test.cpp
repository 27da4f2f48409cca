#include <atomic>
#include <catch2/catch.hpp>
#include <memory>
#include <mutex>
#include <thread>

#include "rialto/pattern/matcher.hpp"

namespace rialto::pattern {
namespace {

Pattern wants(int n) {
    return Pattern::parse(R"({"source":["s)" + std::to_string(n % 7) + R"("],"detail":{"n":[{"numeric":[">=",)" +
                          std::to_string(n) + R"(,"<",)" + std::to_string(n + 10) + "]}]}}")
        .value();
}

std::string event(int n) {
    return R"({"source":"s)" + std::to_string(n % 7) + R"(","detail":{"n":)" + std::to_string(n) + "}}";
}

std::vector<RuleId> matches(const Matcher& matcher, int n) {
    Scratch scratch;
    std::vector<RuleId> found;
    REQUIRE(matcher.match(event(n), scratch, found));
    return found;
}

}  // namespace

TEST_CASE("a copy of a matcher keeps what it had when the other changes", "[pattern]") {
    Matcher matcher;
    for (RuleId id = 0; id < 5000; ++id)
        matcher.add(id, wants(static_cast<int>(id)));
    const Matcher before = matcher;

    for (RuleId id = 0; id < 5000; id += 2)
        matcher.remove(id);
    for (RuleId id = 10'000; id < 10'100; ++id)
        matcher.add(id, wants(1000));

    CHECK(before.size() == 5000);
    CHECK(matcher.size() == 2600);
    CHECK(matches(before, 1000) == std::vector<RuleId>{993, 1000});
    CHECK(matches(matcher, 1000).size() == 101);
    CHECK(matches(matcher, 1001) == std::vector<RuleId>{1001});
    CHECK(matches(before, 1001) == std::vector<RuleId>{994, 1001});
}

TEST_CASE("threads match with one matcher while others are made from it", "[pattern]") {
    std::mutex mutex;  // guards current
    auto current = std::make_shared<const Matcher>();
    const auto get = [&] {
        const std::lock_guard lock{mutex};
        return current;
    };
    std::atomic<bool> stopping = false;
    std::atomic<int> wrong = 0;
    const auto read = [&] {
        Scratch scratch;
        std::vector<RuleId> found;
        for (int n = 0; !stopping; n = (n + 1) % 1000) {
            // Whether or not the rule is there yet, no other may match.
            const bool is_right = get()->match(event(n), scratch, found) && found.size() <= 2;
            wrong += is_right ? 0 : 1;
        }
    };

    {
        const std::jthread one{read};
        const std::jthread two{read};
        for (RuleId id = 0; id < 1500; ++id) {
            auto next = std::make_shared<Matcher>(*get());
            if (id >= 500)
                next->remove(id - 500);
            next->add(id, wants(static_cast<int>(id)));
            const std::lock_guard lock{mutex};
            current = std::move(next);
        }
        stopping = true;
    }

    CHECK(wrong == 0);
    CHECK(get()->size() == 500);
}

}  // namespace rialto::pattern
