#include "rialto/delivery/retry.hpp"

#include <catch2/catch.hpp>
#include <cstring>

namespace rialto::delivery {
namespace {

constexpr TimePoint kNow{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31}};

/// Every byte is the same.
class Dice final : public Random {
public:
    explicit Dice(int byte) : byte_{byte} {}
    void fill(std::span<std::byte> bytes) override { std::memset(bytes.data(), byte_, bytes.size()); }

private:
    int byte_;
};

Duration wait_after(int attempts, int dice, Duration not_before = 0ms) {
    Dice random{dice};
    const auto next = next_attempt({}, {}, attempts, kNow, kNow, not_before, random);
    return std::get<TimePoint>(next) - kNow;
}

std::string exhausted(const model::RetryPolicy& policy, int attempts, Duration age) {
    Dice random{0};
    const auto next = next_attempt(policy, {}, attempts, kNow - age, kNow, 0ms, random);
    const auto* end = std::get_if<Exhausted>(&next);
    return end == nullptr ? "" : end->condition;
}

TEST_CASE("the wait doubles with each attempt and stops growing at the longest", "[retry]") {
    CHECK(wait_after(1, 0) == 500ms);
    CHECK(wait_after(2, 0) == 1s);
    CHECK(wait_after(3, 0) == 2s);
    CHECK(wait_after(10, 0) == 256s);
    CHECK(wait_after(11, 0) == 300s);
    CHECK(wait_after(185, 0) == 300s);
}

TEST_CASE("a wait is between a half and the whole of what it would be without jitter", "[retry]") {
    for (int dice = 0; dice < 256; ++dice) {
        const auto wait = wait_after(4, dice);
        CHECK(wait >= 4s);
        CHECK(wait <= 8s);
    }
    CHECK(wait_after(4, 255) > 7900ms);
}

TEST_CASE("a target may ask for a longer wait but not for a shorter one", "[retry]") {
    CHECK(wait_after(1, 0, 90s) == 90s);
    CHECK(wait_after(8, 0, 1s) == 64s);
}

TEST_CASE("the attempts run out after the first and as many retries as allowed", "[retry]") {
    CHECK(exhausted({.max_retries = 0}, 1, 0s) == "MaximumRetryAttempts");
    CHECK(exhausted({.max_retries = 3}, 3, 0s).empty());
    CHECK(exhausted({.max_retries = 3}, 4, 0s) == "MaximumRetryAttempts");
}

TEST_CASE("an event is given up when its next attempt would come after its greatest age", "[retry]") {
    const model::RetryPolicy policy{.max_retries = 185, .max_age = 60s};
    CHECK(exhausted(policy, 1, 59s + 500ms).empty());
    CHECK(exhausted(policy, 1, 59s + 501ms) == "MaximumEventAgeInSeconds");
    CHECK(exhausted({.max_retries = 0, .max_age = 60s}, 1, 120s) == "MaximumRetryAttempts");
}

TEST_CASE("an event whose time lies ahead, as the clock was set back, is tried again", "[retry]") {
    CHECK(exhausted({}, 1, -1h).empty());
}

}  // namespace
}  // namespace rialto::delivery
