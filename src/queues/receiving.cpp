#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <utility>

#include "queues/properties.hpp"
#include "queues/queue.hpp"
#include "queues/receipt_handle.hpp"
#include "rialto/async/waiting.hpp"

namespace rialto::queues {
namespace {

using Held = storage::QueueStore::Held;

constexpr std::int64_t kMostSeconds = 43'200;

std::unexpected<Refusal> out_of_range(std::int64_t value, const std::string& name, const std::string& range) {
    return refuse(Fault::InvalidParameterValue, "Value " + std::to_string(value) + " for parameter " + name +
                                                    " is invalid. Reason: " + range + ", if provided.");
}

Answer<void> check_visibility(std::int64_t seconds) {
    if (seconds < 0 || seconds > kMostSeconds)
        return refuse(Fault::InvalidParameterValue,
                      "Value " + std::to_string(seconds) +
                          " for parameter VisibilityTimeout is invalid. Reason: VisibilityTimeout must be an integer "
                          "between 0 and 43200.");
    return {};
}

/// One receive hides a message for twelve hours in all, counted in whole seconds. To show it at once is always allowed.
Answer<void> check_total(std::int64_t seconds, TimePoint received, TimePoint now) {
    const auto passed = std::chrono::duration_cast<std::chrono::seconds>(now - received).count();
    if (seconds == 0 || passed + seconds <= kMostSeconds)
        return {};
    return refuse(Fault::InvalidParameterValue,
                  "Value " + std::to_string(seconds) +
                      " for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is "
                      "beyond the limit [43200 seconds]");
}

Answer<void> check(const ReceiveOptions& options) {
    if (options.most < 1 || options.most > 10)
        return out_of_range(options.most, "MaxNumberOfMessages", "Must be between 1 and 10");
    if (options.wait && (*options.wait < 0 || *options.wait > 20))
        return out_of_range(*options.wait, "WaitTimeSeconds", "Must be >= 0 and <= 20");
    return options.visibility ? check_visibility(*options.visibility) : Answer<void>{};
}

std::unexpected<Refusal> bad_handle(const std::string& handle, const std::string& reason) {
    return refuse(Fault::InvalidParameterValue,
                  "Value " + handle + " for parameter ReceiptHandle is invalid. Reason: " + reason);
}

std::unexpected<Refusal> no_handle(const std::string& handle) {
    return refuse(Fault::ReceiptHandleIsInvalid,
                  "The input receipt handle \"" + handle + "\" is not a valid receipt handle.");
}

std::string milliseconds_of(TimePoint time) { return std::to_string(time.time_since_epoch().count()); }

Message to_message(storage::ReceivedMessage received, storage::QueueId queue, TimePoint now) {
    Message message;
    message.handle = write_handle(
        queue, {.receipt = {.row = received.row, .id = received.id, .receives = received.receives}, .received = now});
    message.id = std::move(received.id);
    message.body = std::move(received.body);
    read_properties(received.properties, message);
    message.system.emplace("SentTimestamp", milliseconds_of(received.sent));
    message.system.emplace("ApproximateReceiveCount", std::to_string(received.receives));
    message.system.emplace("ApproximateFirstReceiveTimestamp", milliseconds_of(received.first_received));
    if (!received.group.empty())
        message.system.emplace("MessageGroupId", received.group);
    if (received.sequence > 0)
        message.system.emplace("SequenceNumber", sequence_text(received.sequence));
    return message;
}

/// The handles of one call that can be read, and where their answers belong.
template <class T>
struct Batch {
    std::vector<T> known;
    std::vector<std::size_t> places;
    std::vector<Answer<void>> answers;
};

}  // namespace

/// What one look into a queue found, and when it began.
struct Queues::Look : storage::Received {
    TimePoint time;
};

Task<Result<Queues::Look>> Queues::look(Known queue, ReceiveOptions options) const {
    const Settings& settings = queue->settings;
    const TimePoint now = clock_.now();
    const auto hidden = options.visibility ? std::chrono::seconds{*options.visibility} : settings.visibility;
    storage::Receive wanted{.limit = static_cast<std::size_t>(options.most),
                            .now = now,
                            .visible_again = now + hidden,
                            .oldest = now - settings.retention,
                            .ordered = settings.fifo,
                            .redrive = std::nullopt};
    if (settings.redrive)
        if (const Known to = find(settings.redrive->to))
            wanted.redrive = storage::Redrive{.to = to->id, .max_receives = settings.redrive->max_receives};
    while (true) {
        auto received = co_await store_.receive(queue->id, wanted);
        if (!received)
            co_return std::move(received).error();
        if (received->moved > 0)
            notify(wanted.redrive->to, received->moved);
        if (!received->messages.empty() || !received->more)
            co_return Look{std::move(*received), now};
    }
}

std::vector<Message> Queues::messages_of(Look look, storage::QueueId queue) const {
    std::vector<Message> messages;
    for (auto& one : look.messages) {
        const storage::QueueId from = one.dead_from;
        messages.push_back(to_message(std::move(one), queue, look.time));
        const std::lock_guard lock{mutex_};
        if (const auto source = by_id_.find(from); source != by_id_.end())
            messages.back().system.emplace("DeadLetterQueueSourceArn", arn_of(source->second));
    }
    return messages;
}

/// Until there is news of the queue, a hidden message comes back for the first in line, or it is late enough.
Task<> Queues::wait(Known queue, PlaceInLine& place, TimePoint looked, TimePoint until) {
    if (place.is_first()) {
        const auto next = co_await store_.next_visible(queue->id, looked);
        if (next && *next)
            until = std::min(until, **next);
    }
    using namespace asio::experimental::awaitable_operators;
    co_await (timer_.wait_until(until) || place.wait());
}

Task<Answer<std::vector<Message>>> Queues::receive(QueueName name, ReceiveOptions options) {
    if (auto valid = check(options); !valid)
        co_return std::unexpected{valid.error()};
    const Known queue = find(name);
    if (!queue)
        co_return no_such_queue();
    const auto wait_for = options.wait ? std::chrono::seconds{*options.wait} : queue->settings.wait;
    if (wait_for > 0s)
        co_return co_await receive_or_wait(queue, options, clock_.now() + wait_for);
    auto found = co_await look(queue, options);
    if (!found)
        co_return refused(found.error());
    co_return messages_of(std::move(*found), queue->id);
}

Task<Answer<std::vector<Message>>> Queues::receive_or_wait(Known queue, ReceiveOptions options, TimePoint end) {
    const Waiting waiting{waiting_};
    if (waiting.number() > limits_.waiters)
        co_return refuse(Fault::Throttled, "Too many receives wait for messages.");
    const storage::QueueId id = queue->id;
    PlaceInLine place{queue->line};
    while (true) {
        place.look();
        auto found = co_await look(queue, options);
        if (!found)
            co_return refused(found.error());
        if (!found->messages.empty())
            co_return messages_of(std::move(*found), id);
        place.found_nothing();
        if (closed_ || clock_.now() >= end)
            co_return std::vector<Message>{};
        co_await wait(queue, place, found->time, end);
        queue = find(queue->name);  // its attributes may have changed
        if (!queue || queue->id != id)
            co_return no_such_queue();
    }
}

Task<Answer<std::vector<Answer<void>>>> Queues::remove_messages(QueueName name, std::vector<std::string> handles) {
    const Known queue = find(name);
    if (!queue)
        co_return no_such_queue();
    Batch<storage::Receipt> batch;
    for (const auto& handle : handles) {
        batch.answers.emplace_back();
        if (auto receipt = read_handle(handle, queue->id)) {
            batch.places.push_back(batch.answers.size() - 1);
            batch.known.push_back(std::move(receipt->receipt));
        } else {
            batch.answers.back() = no_handle(handle);
        }
    }
    const bool fifo = queue->settings.fifo;
    const auto removed =
        co_await store_.remove_messages(queue->id, batch.known, fifo ? std::optional{clock_.now()} : std::nullopt);
    if (!removed)
        co_return refused(removed.error());
    if (fifo)  // the next of a group can be received now
        queue->line->wake(removed->size());
    for (std::size_t i = 0; fifo && i < removed->size(); ++i)
        if (!(*removed)[i])
            batch.answers[batch.places[i]] = bad_handle(handles[batch.places[i]], "The receipt handle has expired.");
    co_return std::move(batch.answers);
}

Task<Answer<std::vector<Answer<void>>>> Queues::change_visibility(QueueName name, std::vector<Visibility> changes) {
    const Known queue = find(name);
    if (!queue)
        co_return no_such_queue();
    const TimePoint now = clock_.now();
    Batch<storage::QueueStore::Visibility> batch;
    for (const auto& change : changes) {
        batch.answers.push_back(check_visibility(change.seconds));
        if (!batch.answers.back())
            continue;
        auto handle = read_handle(change.handle, queue->id);
        if (!handle) {
            batch.answers.back() = no_handle(change.handle);
            continue;
        }
        batch.answers.back() = check_total(change.seconds, handle->received, now);
        if (!batch.answers.back())
            continue;
        batch.places.push_back(batch.answers.size() - 1);
        batch.known.push_back({std::move(handle->receipt), now + std::chrono::seconds{change.seconds}});
    }
    const auto held = co_await store_.change_visibility(queue->id, batch.known, now);
    if (!held)
        co_return refused(held.error());
    queue->line->wake(held->size());
    for (std::size_t i = 0; i < held->size(); ++i) {
        const std::size_t place = batch.places[i];
        if ((*held)[i] == Held::Gone)
            batch.answers[place] = bad_handle(
                changes[place].handle, "Message does not exist or is not available for visibility timeout change.");
        else if ((*held)[i] == Held::Visible)
            batch.answers[place] = refuse(Fault::MessageNotInflight, "The message referred to is not in flight.");
        else if ((*held)[i] == Held::Superseded)
            batch.answers[place] = bad_handle(changes[place].handle, "The receipt handle has expired.");
    }
    co_return std::move(batch.answers);
}

}  // namespace rialto::queues
