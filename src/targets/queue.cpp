#include "rialto/targets/queue.hpp"

#include <string_view>
#include <utility>
#include <vector>

#include "rialto/base/encoding.hpp"
#include "rialto/bus/aws_target.hpp"
#include "rialto/model/arn.hpp"
#include "targets/queue_draft.hpp"

namespace rialto::targets {
namespace {

using delivery::Failed;

/// As AWS has it for a queue that is not there.
Failed no_queue(const std::string& request_id) {
    return {.error = {Errc::NotFound,
                      "The specified queue does not exist or you do not have access to it. (Service: AmazonSQS; Status "
                      "Code: 400; Error Code: AWS.SimpleQueueService.NonExistentQueue; Request ID: " +
                          request_id + "; Proxy: null)"},
            .code = "NO_RESOURCE",
            .final = true};
}

delivery::Outcome outcome_of(const queues::Answer<void>& answer, const std::string& event_id) {
    if (answer)
        return delivery::Delivered{.recorded = true};
    switch (answer.error().fault) {
        case queues::Fault::NoSuchQueue:
            return no_queue(event_id);
        case queues::Fault::Throttled:
        case queues::Fault::Unavailable:
            return Failed{.error = {Errc::Unavailable, answer.error().message}};
        default:
            return Failed{
                .error = {Errc::InvalidArgument, answer.error().message}, .code = "INVALID_PARAMETER", .final = true};
    }
}

/// The attributes that EventBridge gives to dead letters. An empty value cannot be one.
queues::MessageAttributes dead_letter_attributes(const delivery::Attempt& attempt) {
    queues::MessageAttributes attributes;
    const auto add = [&attributes](const char* name, const std::string& value) {
        if (!value.empty())
            attributes.emplace(name, queues::MessageAttribute{"String", value});
    };
    const delivery::GivenUp& given_up = *attempt.given_up;
    const auto rule = model::Arn::parse(attempt.rule);
    const bus::Identity owner = rule ? bus::Identity{rule->account, rule->region} : bus::Identity{};
    add("RULE_ARN", attempt.rule);
    add("TARGET_ARN", bus::arn_of(given_up.target, owner));
    add("ERROR_CODE", given_up.code);
    add("ERROR_MESSAGE", given_up.message);
    if (!given_up.exhausted.empty()) {
        add("RETRY_ATTEMPTS", std::to_string(given_up.retries));
        add("EXHAUSTED_RETRY_CONDITION", given_up.exhausted);
    }
    return attributes;
}

/// The same each time that the attempt is made, and another for whatever else is sent of the event.
std::string unique_of(const delivery::Attempt& attempt, const model::QueueTarget& target, const queues::Draft& draft) {
    std::string text;
    const auto add = [&text](std::string_view part) {
        text.append(std::to_string(part.size())).append(":").append(part);
    };
    for (const std::string* part :
         {&attempt.event_id, &attempt.rule, &target.arn, &target.group, &attempt.part, &draft.body})
        add(*part);
    for (const auto& [name, attribute] : draft.attributes) {
        add(name);
        add(attribute.value);
    }
    return to_hex(sha256(text));
}

queues::Draft draft_of(const delivery::Attempt& attempt, const model::QueueTarget& target) {
    queues::Draft draft = event_draft(attempt.payload, attempt.trace_header);
    if (!target.group.empty())
        draft.group = target.group;
    if (attempt.given_up) {
        draft.attributes = dead_letter_attributes(attempt);
        if (!attempt.given_up->attempted.empty())
            draft.body = attempt.given_up->attempted;
    }
    if (queues::is_fifo(target.arn))
        draft.unique = unique_of(attempt, target, draft);
    return draft;
}

}  // namespace

Task<std::vector<delivery::Outcome>> Queue::deliver_all(const std::vector<delivery::Attempt>& attempts) {
    std::vector<delivery::Outcome> outcomes(attempts.size());
    std::vector<queues::Delivery> deliveries;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < attempts.size(); ++i) {
        const auto& target = std::get<model::QueueTarget>(attempts[i].target);
        auto name = queues::from_arn(target.arn);
        if (!name) {
            outcomes[i] = no_queue(attempts[i].event_id);
            continue;
        }
        deliveries.push_back({attempts[i].delivery, std::move(*name), draft_of(attempts[i], target)});
        places.push_back(i);
    }
    const auto answers = co_await queues_.deliver(std::move(deliveries));
    for (std::size_t i = 0; i < places.size(); ++i)
        outcomes[places[i]] = outcome_of(answers[i], attempts[places[i]].event_id);
    co_return outcomes;
}

}  // namespace rialto::targets
