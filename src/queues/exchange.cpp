#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <set>
#include <utility>

#include "queues/draft.hpp"
#include "queues/properties.hpp"
#include "queues/queue.hpp"
#include "queues/receipt_handle.hpp"
#include "rialto/async/waiting.hpp"
#include "rialto/base/encoding.hpp"

namespace rialto::queues {
namespace {

using Held = storage::QueueStore::Held;

constexpr Duration kUniqueFor = 5min;
constexpr std::int64_t kMostSeconds = 43'200;

/// As AWS's look: 20 digits.
std::string sequence_text(std::int64_t sequence) {
    constexpr std::size_t kDigits = 16;
    const std::string digits = std::to_string(sequence);
    return "1885" + std::string(kDigits - std::min(kDigits, digits.size()), '0') + digits;
}

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

Message to_message(storage::ReceivedMessage received, storage::QueueId queue) {
    Message message;
    message.handle = write_handle(queue, {received.row, received.id, received.receives});
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

Answer<storage::NewMessage> Queues::prepare(const Queue& queue, const Draft& draft) const {
    const Settings& settings = queue.settings;
    if (auto valid = check(draft, settings); !valid)
        return std::unexpected{valid.error()};
    std::string unique;
    if (settings.fifo)
        unique = draft.unique ? *draft.unique : to_hex(sha256(draft.body));
    const TimePoint now = clock_.now();
    storage::NewMessage message;
    message.id = uuid_v4(random_);
    message.body = draft.body;
    message.properties = properties_of(draft, unique);
    message.sent = now;
    message.visible = now + (draft.delay && !settings.fifo ? std::chrono::seconds{*draft.delay} : settings.delay);
    message.ordered = settings.fifo;
    message.group = draft.group.value_or("");
    message.duplicate_key = settings.unique_by_group && settings.fifo ? message.group + '\n' + unique : unique;
    message.unique_until = now + kUniqueFor;
    return message;
}

std::optional<std::pair<storage::QueueId, storage::NewMessage>> Queues::message(const QueueName& name,
                                                                                const Draft& draft) const {
    const Known queue = find(name);
    if (!queue || queue->settings.fifo)
        return std::nullopt;
    auto prepared = prepare(*queue, draft);
    if (!prepared)
        return std::nullopt;
    return std::pair{queue->id, std::move(*prepared)};
}

void Queues::notify(storage::QueueId queue) const {
    std::shared_ptr<Signal> news;
    {
        const std::lock_guard lock{mutex_};
        const auto name = by_id_.find(queue);
        if (name != by_id_.end())
            news = queues_.at(name->second)->news;
    }
    if (news)
        news->notify();
}

Task<Answer<std::vector<Answer<Sent>>>> Queues::send(QueueName name, std::vector<Draft> drafts) {
    const Known queue = find(name);
    if (!queue)
        co_return no_such_queue();
    std::vector<Answer<Sent>> answers;
    std::vector<std::size_t> places;
    std::vector<storage::NewMessage> messages;
    for (const Draft& draft : drafts) {
        auto message = prepare(*queue, draft);
        if (!message) {
            answers.emplace_back(std::unexpected{std::move(message.error())});
            continue;
        }
        answers.emplace_back();
        places.push_back(answers.size() - 1);
        messages.push_back(std::move(*message));
    }
    if (messages.empty())
        co_return answers;
    const auto placed = co_await store_.append(queue->id, std::move(messages));
    if (!placed)
        co_return refused(placed.error());
    queue->news->notify();
    for (std::size_t i = 0; i < placed->size(); ++i) {
        const storage::Placed& one = (*placed)[i];
        answers[places[i]] = Sent{one.id, one.sequence > 0 ? std::optional{sequence_text(one.sequence)} : std::nullopt};
    }
    co_return answers;
}

Task<std::vector<Answer<void>>> Queues::deliver(std::vector<Delivery> deliveries) {
    std::vector<Answer<void>> answers(deliveries.size());
    std::vector<std::size_t> places;
    std::vector<storage::QueueDelivery> ready;
    std::set<Known> touched;
    for (std::size_t i = 0; i < deliveries.size(); ++i) {
        const Known queue = find(deliveries[i].queue);
        auto message = queue ? prepare(*queue, deliveries[i].draft) : Answer<storage::NewMessage>{no_such_queue()};
        if (!message) {
            answers[i] = std::unexpected{std::move(message.error())};
            continue;
        }
        places.push_back(i);
        ready.push_back({.delivery = deliveries[i].id, .queue = queue->id, .message = std::move(*message)});
        touched.insert(queue);
    }
    if (ready.empty())
        co_return answers;
    const auto placed = co_await store_.deliver(std::move(ready));
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (!placed)
            answers[places[i]] = refused(placed.error());
        else if (!(*placed)[i])
            answers[places[i]] = no_such_queue();
    }
    for (const Known& queue : touched)
        queue->news->notify();
    co_return answers;
}

Task<Result<std::vector<storage::ReceivedMessage>>> Queues::receive_once(Known queue, ReceiveOptions options) const {
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
    co_return co_await store_.receive(queue->id, wanted);
}

/// Until there is news of the queue, a hidden message comes back, or it is late enough.
Task<> Queues::wait(Known queue, std::uint64_t seen, TimePoint until) {
    const Waiting waiting{waiting_};
    const auto next = co_await store_.next_visible(queue->id, clock_.now());
    if (next && *next)
        until = std::min(until, **next);
    using namespace asio::experimental::awaitable_operators;
    co_await (timer_.wait_until(until) || queue->news->wait(seen, std::chrono::steady_clock::time_point::max()));
}

Task<Answer<std::vector<Message>>> Queues::receive(QueueName name, ReceiveOptions options) {
    if (auto valid = check(options); !valid)
        co_return std::unexpected{valid.error()};
    Known queue = find(name);
    if (!queue)
        co_return no_such_queue();
    const auto wait_for = options.wait ? std::chrono::seconds{*options.wait} : queue->settings.wait;
    if (wait_for > 0s && waiting_ >= limits_.waiters)
        co_return refuse(Fault::Throttled, "Too many receives wait for messages.");
    const TimePoint end = clock_.now() + wait_for;
    while (true) {
        const auto seen = queue->news->version();
        auto received = co_await receive_once(queue, options);
        if (!received)
            co_return refused(received.error());
        if (!received->empty() || closed_ || clock_.now() >= end) {
            std::vector<Message> messages;
            for (auto& one : *received) {
                const storage::QueueId from = one.dead_from;
                messages.push_back(to_message(std::move(one), queue->id));
                const std::lock_guard lock{mutex_};
                if (const auto source = by_id_.find(from); source != by_id_.end())
                    messages.back().system.emplace("DeadLetterQueueSourceArn", arn_of(source->second));
            }
            co_return messages;
        }
        co_await wait(queue, seen, end);
        queue = find(name);  // its attributes may have changed
        if (!queue)
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
            batch.known.push_back(std::move(*receipt));
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
        queue->news->notify();
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
        if (auto receipt = read_handle(change.handle, queue->id)) {
            batch.places.push_back(batch.answers.size() - 1);
            batch.known.push_back({std::move(*receipt), now + std::chrono::seconds{change.seconds}});
        } else {
            batch.answers.back() = no_handle(change.handle);
        }
    }
    const auto held = co_await store_.change_visibility(queue->id, batch.known, now);
    if (!held)
        co_return refused(held.error());
    queue->news->notify();
    for (std::size_t i = 0; i < held->size(); ++i) {
        const std::size_t place = batch.places[i];
        if ((*held)[i] == Held::Gone)
            batch.answers[place] = bad_handle(
                changes[place].handle, "Message does not exist or is not available for visibility timeout change.");
        else if ((*held)[i] == Held::Visible)
            batch.answers[place] = refuse(Fault::MessageNotInflight, "The message referred to is not in flight.");
    }
    co_return std::move(batch.answers);
}

}  // namespace rialto::queues
