#include "rialto/inspection/attempt_log.hpp"

#include <catch2/catch.hpp>

namespace rialto::inspection {
namespace {

using Result = delivery::AttemptReport::Result;

delivery::AttemptReport report(storage::DeliveryId id, const std::string& event, const std::string& target,
                               Result result = Result::Delivered) {
    return {.delivery = id, .event_id = event, .bus = "default", .rule = "r", .target_id = target, .result = result};
}

std::string found(const AttemptLog& log, const AttemptFilter& filter) {
    std::string events;
    for (const LoggedAttempt& attempt : log.find(filter))
        events += attempt.report.event_id + attempt.report.target_id + " ";
    return events;
}

TEST_CASE("attempts are found by all that a filter says, newest first", "[inspection]") {
    AttemptLog log{10};
    log.attempted(report(1, "a", "x"));
    log.attempted(report(2, "a", "y", Result::Retrying));
    log.attempted(report(3, "b", "x", Result::GivenUp));

    CHECK(found(log, {}) == "bx ay ax ");
    CHECK(found(log, {.event_id = "a"}) == "ay ax ");
    CHECK(found(log, {.target = "x"}) == "bx ax ");
    CHECK(found(log, {.outcome = Result::Retrying}) == "ay ");
    CHECK(found(log, {.delivery = 3}) == "bx ");
    CHECK(found(log, {.rule = "other"}).empty());
    CHECK(found(log, {.bus = "other"}).empty());
    CHECK(found(log, {.before = 3, .limit = 1}) == "ay ");
}

TEST_CASE("the log keeps the newest attempts, and none if it is to keep none", "[inspection]") {
    AttemptLog log{2};
    AttemptLog none{0};
    for (const char* event : {"a", "b", "c"}) {
        log.attempted(report(1, event, ""));
        none.attempted(report(1, event, ""));
    }

    CHECK(found(log, {}) == "c b ");
    CHECK(log.find({}).front().cursor == 3);
    CHECK(none.find({}).empty());
    log.clear();
    CHECK(log.find({}).empty());
}

TEST_CASE("a message that is long is cut where a character ends", "[inspection]") {
    AttemptLog log{1};
    auto long_one = report(1, "a", "");
    long_one.error_message = std::string(1023, 'x') + "\u00e9" + std::string(9000, 'y');
    log.attempted(long_one);

    CHECK(log.find({}).front().report.error_message == std::string(1023, 'x'));
}

}  // namespace
}  // namespace rialto::inspection
