#include "rialto/targets/queue.hpp"

#include <atomic>
#include <utility>
#include <vector>

#include "rialto/async/signal.hpp"
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

queues::Draft draft_of(const delivery::Attempt& attempt, const std::string& group, bool fifo) {
    queues::Draft draft = event_draft(attempt.payload, attempt.trace_header);
    if (!group.empty())
        draft.group = group;
    if (fifo)
        draft.unique = attempt.event_id;
    if (attempt.given_up) {
        draft.attributes = dead_letter_attributes(attempt);
        if (!attempt.given_up->attempted.empty())
            draft.body = attempt.given_up->attempted;
    }
    return draft;
}

}  // namespace

/// What is written together.
struct Queue::Batch {
    std::vector<queues::Delivery> deliveries;
    std::vector<queues::Answer<void>> answers;
    Signal news;
    std::atomic<bool> may_write = false;  ///< Its first delivery is to write it.
    std::atomic<bool> written = false;
};

Task<delivery::Outcome> Queue::deliver(const delivery::Attempt& attempt) {
    const auto& target = std::get<model::QueueTarget>(attempt.target);
    auto name = queues::from_arn(target.arn);
    if (!name)
        co_return no_queue(attempt.event_id);
    const bool fifo = queues::is_fifo(name->name);
    auto draft = draft_of(attempt, target.group, fifo);
    const auto answer = co_await send({attempt.delivery, std::move(*name), std::move(draft)});
    co_return outcome_of(answer, attempt.event_id);
}

Task<queues::Answer<void>> Queue::send(queues::Delivery delivery) {
    std::shared_ptr<Batch> batch;
    std::size_t place = 0;
    {
        const std::lock_guard lock{mutex_};
        if (!gathering_)
            gathering_ = std::make_shared<Batch>();
        batch = gathering_;
        place = batch->deliveries.size();
        batch->deliveries.push_back(std::move(delivery));
        if (!std::exchange(writing_, true)) {
            gathering_.reset();
            batch->may_write = true;
        }
    }
    while (!batch->written) {
        const auto seen = batch->news.version();
        if (place == 0 && batch->may_write)
            co_await write(batch);
        else if (!batch->written)
            co_await batch->news.wait(seen, std::chrono::steady_clock::time_point::max());
    }
    co_return batch->answers[place];
}

Task<> Queue::write(std::shared_ptr<Batch> batch) {
    batch->answers = co_await queues_.deliver(std::move(batch->deliveries));
    batch->written = true;
    batch->news.notify();
    hand_on();
}

/// Whoever came first since writes what has gathered.
void Queue::hand_on() {
    std::shared_ptr<Batch> next;
    {
        const std::lock_guard lock{mutex_};
        next = std::exchange(gathering_, nullptr);
        writing_ = next != nullptr;
    }
    if (!next)
        return;
    next->may_write = true;
    next->news.notify();
}

}  // namespace rialto::targets
