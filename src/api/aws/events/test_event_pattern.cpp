#include <algorithm>
#include <array>

#include "api/aws/events/operations.hpp"
#include "rialto/base/time.hpp"
#include "rialto/pattern/matcher.hpp"

namespace rialto::api::aws::events {
namespace {

constexpr json::ParseLimits kEvent{.depth = 1000, .reject_duplicate_keys = false, .reject_half_pairs = false};

std::unexpected<Failure> invalid_event(const std::string& reason = {}) {
    return std::unexpected{Failure{Exception::Validation, "Parameter Event is not valid." + reason}};
}

/// Of what an event must have AWS looks at the time alone more closely.
Outcome<void> check_envelope(std::string_view text) {
    constexpr std::array<std::string_view, 6> kRequired{"id", "account", "source", "time", "region", "detail-type"};
    if (!pattern::check_event(text))
        return invalid_event();
    const auto event = json::parse(text, kEvent);
    if (!event || !std::ranges::all_of(kRequired, [&](auto name) { return event->find(name) != nullptr; }))
        return invalid_event();
    const std::string* time = event->find("time")->as_string();
    if (time == nullptr || !from_rfc3339(*time))
        return invalid_event(" Reason: Invalid time.");
    return {};
}

Outcome<Output> test(const std::string& pattern_text, const std::string& event) {
    const auto pattern = pattern::Pattern::parse(pattern_text);
    if (!pattern)
        return std::unexpected{
            Failure{Exception::InvalidEventPattern, "Event pattern is not valid. Reason: " + pattern.error().message}};
    if (auto envelope = check_envelope(event); !envelope)
        return std::unexpected{std::move(envelope.error())};
    const auto result = pattern::matches(*pattern, event);
    if (!result)
        return invalid_event(" Reason: " + result.error().message);
    return json::Object{{"Result", *result}};
}

/// A large event takes milliseconds, a pattern full of alternatives a tenth of a second: too long for an I/O thread.
Task<Outcome<Output>> test_on(WorkerPool& pool, json::Object input) {
    auto job = [&input]() -> Result<Outcome<Output>> {
        return test(*input.find("EventPattern")->as_string(), *input.find("Event")->as_string());
    };
    auto tested = co_await pool.run(job);
    if (!tested)
        co_return std::unexpected{to_failure(tested.error())};
    co_return std::move(*tested);
}

}  // namespace

Operation test_event_pattern(const Rooms& rooms) {
    return {.name = "TestEventPattern",
            .input = structure("TestEventPatternRequest",
                               {required("EventPattern", string().at_most(4096)), required("Event", string())}),
            .run = [&pool = rooms.computing](Invocation call) { return test_on(pool, std::move(call.input)); }};
}

}  // namespace rialto::api::aws::events
