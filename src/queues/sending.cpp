#include <map>
#include <utility>

#include "queues/draft.hpp"
#include "queues/properties.hpp"
#include "queues/queue.hpp"
#include "rialto/base/encoding.hpp"

namespace rialto::queues {
namespace {

constexpr Duration kUniqueFor = 5min;

}  // namespace

Answer<storage::NewMessage> Queues::prepare(const Queue& queue, Draft draft) const {
    const Settings& settings = queue.settings;
    if (auto valid = check(draft, settings); !valid)
        return std::unexpected{valid.error()};
    std::string unique;
    if (settings.fifo)
        unique = draft.unique ? *draft.unique : to_hex(sha256(draft.body));
    const TimePoint now = clock_.now();
    storage::NewMessage message;
    message.id = uuid_v4(random_);
    message.properties = properties_of(draft, unique);
    message.body = std::move(draft.body);
    message.sent = now;
    message.visible = now + (draft.delay && !settings.fifo ? std::chrono::seconds{*draft.delay} : settings.delay);
    message.ordered = settings.fifo;
    message.group = draft.group.value_or("");
    message.duplicate_key = settings.unique_by_group && settings.fifo ? message.group + '\n' + unique : unique;
    message.unique_until = now + kUniqueFor;
    return message;
}

std::optional<std::pair<storage::QueueId, storage::NewMessage>> Queues::message(const QueueName& name,
                                                                                Draft draft) const {
    const Known queue = find(name);
    if (!queue || queue->settings.fifo)
        return std::nullopt;
    auto prepared = prepare(*queue, std::move(draft));
    if (!prepared)
        return std::nullopt;
    return std::pair{queue->id, std::move(*prepared)};
}

void Queues::notify(storage::QueueId queue, std::size_t messages) const {
    Known known;
    {
        const std::lock_guard lock{mutex_};
        const auto name = by_id_.find(queue);
        const auto found = name == by_id_.end() ? queues_.end() : queues_.find(name->second);
        if (found != queues_.end())
            known = found->second;
    }
    if (known)
        known->line->wake(messages);
}

Task<Answer<std::vector<Answer<Sent>>>> Queues::send(QueueName name, std::vector<Draft> drafts) {
    const Known queue = find(name);
    if (!queue)
        co_return no_such_queue();
    std::vector<Answer<Sent>> answers;
    std::vector<std::size_t> places;
    std::vector<storage::NewMessage> messages;
    for (Draft& draft : drafts) {
        auto message = prepare(*queue, std::move(draft));
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
    queue->line->wake(placed->size());
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
    std::map<Known, std::size_t> touched;
    for (std::size_t i = 0; i < deliveries.size(); ++i) {
        const Known queue = find(deliveries[i].queue);
        auto message =
            queue ? prepare(*queue, std::move(deliveries[i].draft)) : Answer<storage::NewMessage>{no_such_queue()};
        if (!message) {
            answers[i] = std::unexpected{std::move(message.error())};
            continue;
        }
        places.push_back(i);
        ready.push_back({.delivery = deliveries[i].id, .queue = queue->id, .message = std::move(*message)});
        ++touched[queue];
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
    for (const auto& [queue, messages] : touched)
        queue->line->wake(messages);
    co_return answers;
}

}  // namespace rialto::queues
