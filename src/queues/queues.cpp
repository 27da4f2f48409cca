#include "rialto/queues/queues.hpp"

#include <algorithm>
#include <utility>

#include "queues/properties.hpp"
#include "queues/queue.hpp"

namespace rialto::queues {
namespace {

constexpr std::size_t kLongestName = 80;
constexpr std::size_t kMostTags = 50;
constexpr std::string_view kFifoEnding = ".fifo";

/// Of so many queues that are gone the names are known still, for their dead letters.
constexpr std::size_t kMostGone = 1'000;

Answer<void> check_name(const std::string& name, bool fifo) {
    const std::string_view stem =
        fifo && is_fifo(name) ? std::string_view{name}.substr(0, name.size() - kFifoEnding.size()) : name;
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    const bool good = !stem.empty() && name.size() <= kLongestName && std::ranges::all_of(stem, allowed);
    if (fifo && (!good || !is_fifo(name)))
        return refuse(Fault::InvalidParameterValue,
                      "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, "
                      "must end with .fifo suffix and be 1 to 80 in length");
    if (!good)
        return refuse(Fault::InvalidParameterValue,
                      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
    return {};
}

/// Whether the attributes of a new queue make it a FIFO queue.
Answer<bool> wants_fifo(const Attributes& attributes) {
    const auto fifo = attributes.find("FifoQueue");
    if (fifo == attributes.end())
        return false;
    if (fifo->second == "true")
        return true;
    if (fifo->second == "false")
        return refuse(Fault::InvalidAttributeName, "Unknown Attribute FifoQueue.");
    return refuse(Fault::InvalidAttributeValue, "Invalid value for the parameter FifoQueue.");
}

Answer<void> check_tags(const Tags& tags) {
    if (tags.size() > kMostTags)
        return refuse(Fault::InvalidParameterValue, "Too many tags added for queue. Maximum is 50.");
    for (const auto& [key, value] : tags)
        if (key.empty() || key.size() > 128 || value.size() > 256)
            return refuse(Fault::InvalidParameterValue,
                          "Tag keys must be between 1 and 128 characters in length, values at most 256.");
    return {};
}

std::string seconds_of(TimePoint time) {
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
}

void keep_only(Attributes& all, const std::vector<std::string>& wanted) {
    if (std::ranges::find(wanted, "All") == wanted.end())
        std::erase_if(all, [&](const auto& entry) { return std::ranges::find(wanted, entry.first) == wanted.end(); });
}

bool counts_wanted(const std::vector<std::string>& wanted) {
    return std::ranges::any_of(wanted, [](const std::string& name) {
        return name == "All" || name.starts_with("ApproximateNumberOfMessages");
    });
}

}  // namespace

std::unexpected<Refusal> refused(const Error& error) {
    return error.code == Errc::NotFound ? no_such_queue() : refuse(Fault::Unavailable, error.message);
}

std::unexpected<Refusal> no_such_queue() { return refuse(Fault::NoSuchQueue, "The specified queue does not exist."); }

std::unique_ptr<Queues::Queue> Queues::Queue::from(const storage::StoredQueue& stored) {
    auto queue = std::make_unique<Queue>();
    queue->name = {stored.account, stored.region, stored.name};
    queue->id = stored.id;
    queue->set = read_texts(stored.attributes);
    queue->tags = read_texts(stored.tags);
    queue->created = stored.created;
    queue->modified = stored.modified;
    queue->line = std::make_shared<Line>();
    queue->understand();
    return queue;
}

storage::StoredQueue Queues::Queue::stored() const {
    return {.id = id,
            .account = name.account,
            .region = name.region,
            .name = name.name,
            .attributes = write_texts(set),
            .tags = write_texts(tags),
            .retention = settings.retention,
            .created = created,
            .modified = modified};
}

Queues::Queues(storage::QueueStore& store, const Clock& clock, Timer& timer, Random& random, QueueLimits limits)
    : store_{store}, clock_{clock}, timer_{timer}, random_{random}, limits_{limits} {}

Queues::~Queues() = default;

Task<Status> Queues::start() {
    auto stored = co_await store_.queues();
    if (!stored)
        co_return std::move(stored).error();
    for (const auto& one : *stored)
        keep(Queue::from(one));
    co_return Status{};
}

void Queues::close() {
    closed_ = true;
    const std::lock_guard lock{mutex_};
    for (const auto& [name, queue] : queues_)
        queue->line->wake_all();
}

Queues::Known Queues::find(const QueueName& name) const {
    const std::lock_guard lock{mutex_};
    const auto found = queues_.find(name);
    return found == queues_.end() ? nullptr : found->second;
}

void Queues::keep(Known queue) {
    const std::lock_guard lock{mutex_};
    by_id_.insert_or_assign(queue->id, queue->name);
    queues_.insert_or_assign(queue->name, std::move(queue));
}

void Queues::forget(const Queue& queue) {
    const std::lock_guard lock{mutex_};
    queues_.erase(queue.name);
    gone_.push_back(queue.id);
    if (gone_.size() > kMostGone) {
        by_id_.erase(gone_.front());
        gone_.pop_front();
    }
}

Task<> Queues::take_turn() {
    while (true) {
        const auto seen = turns_.version();
        {
            const std::lock_guard lock{mutex_};
            if (!std::exchange(turn_taken_, true))
                co_return;
        }
        co_await turns_.wait(seen, std::chrono::steady_clock::time_point::max());
    }
}

void Queues::give_turn() {
    {
        const std::lock_guard lock{mutex_};
        turn_taken_ = false;
    }
    turns_.notify();
}

/// The other queue must be there and of the same kind, as its messages keep their place.
Answer<void> Queues::check_redrive(const Queue& queue) const {
    if (!queue.settings.redrive)
        return {};
    const QueueName& to = queue.settings.redrive->to;
    const std::string intro =
        "Value " + queue.set.at("RedrivePolicy") + " for parameter RedrivePolicy is invalid. Reason: ";
    if (to.account != queue.name.account || to.region != queue.name.region || !find(to))
        return refuse(Fault::InvalidParameterValue, intro + "Dead letter target does not exist.");
    if (to == queue.name)
        return refuse(Fault::InvalidParameterValue, intro + "A queue cannot be its own dead-letter queue.");
    if (is_fifo(to.name) != queue.settings.fifo)
        return refuse(Fault::InvalidParameterValue,
                      intro + "Dead-letter queue must be same type of queue as the source.");
    return {};
}

Task<Answer<void>> Queues::create(QueueName name, Attributes attributes, Tags tags) {
    const auto fifo = wants_fifo(attributes);
    if (!fifo)
        co_return std::unexpected{fifo.error()};
    auto queue = std::make_unique<Queue>();
    queue->name = name;
    queue->tags = std::move(tags);
    Answer<void> valid = check_name(name.name, *fifo);
    if (valid)
        valid = merge(queue->set, attributes, *fifo);
    if (valid)
        valid = check_tags(queue->tags);
    if (!valid)
        co_return valid;

    co_await take_turn();
    const Turn turn{*this};
    if (const Known there = find(name)) {
        for (const auto& [key, value] : attributes)
            if (value_of(there->set, key, *fifo).value_or("") != value)
                co_return refuse(
                    Fault::QueueNameExists,
                    "A queue already exists with the same name and a different value for attribute " + key);
        co_return Answer<void>{};
    }
    queue->understand();
    if (valid = check_redrive(*queue); !valid)
        co_return valid;
    queue->created = queue->modified = clock_.now();
    queue->line = std::make_shared<Line>();
    const auto id = co_await store_.create(queue->stored());
    if (!id)
        co_return refused(id.error());
    queue->id = *id;
    keep(std::move(queue));
    co_return Answer<void>{};
}

Task<Answer<void>> Queues::remove(QueueName name) {
    co_await take_turn();
    const Turn turn{*this};
    const Known queue = find(name);
    if (!queue)
        co_return no_such_queue();
    const Status removed = co_await store_.remove(queue->id);
    if (!removed)
        co_return refused(removed.error());
    forget(*queue);
    queue->line->wake_all();
    co_return Answer<void>{};
}

Task<Answer<void>> Queues::purge(QueueName name) {
    const Known queue = find(name);
    if (!queue)
        co_return no_such_queue();
    const Status purged = co_await store_.purge(queue->id);
    if (!purged)
        co_return refused(purged.error());
    co_return Answer<void>{};
}

Task<Answer<void>> Queues::reset(std::vector<QueueName> kept) {
    std::vector<QueueName> all;
    {
        const std::lock_guard lock{mutex_};
        for (const auto& [name, queue] : queues_)
            all.push_back(name);
    }
    for (const QueueName& name : all) {
        const bool stays = std::ranges::find(kept, name) != kept.end();
        const auto done = stays ? co_await purge(name) : co_await remove(name);
        if (!done && done.error().fault != Fault::NoSuchQueue)  // somebody else may have been faster
            co_return done;
    }
    co_return Answer<void>{};
}

Answer<void> Queues::exists(const QueueName& name) const {
    if (!find(name))
        return no_such_queue();
    return {};
}

std::vector<std::string> Queues::names(const std::string& account, const std::string& region, const std::string& prefix,
                                       const std::string& after, std::size_t most) const {
    std::vector<std::string> names;
    const std::lock_guard lock{mutex_};
    for (auto at = queues_.lower_bound({account, region, std::max(prefix, after)}); at != queues_.end(); ++at) {
        const QueueName& name = at->first;
        if (names.size() == most || name.account != account || name.region != region || !name.name.starts_with(prefix))
            break;
        if (name.name != after)
            names.push_back(name.name);
    }
    return names;
}

Answer<std::vector<QueueName>> Queues::sources(const QueueName& name) const {
    if (!find(name))
        return no_such_queue();
    std::vector<QueueName> sources;
    const std::lock_guard lock{mutex_};
    for (const auto& [other, queue] : queues_)
        if (queue->settings.redrive && queue->settings.redrive->to == name)
            sources.push_back(other);
    return sources;
}

Task<Answer<Attributes>> Queues::attributes(QueueName name, std::vector<std::string> wanted) {
    const Known queue = find(name);
    if (!queue)
        co_return no_such_queue();
    for (const auto& one : wanted)
        if (one != "All" && !is_attribute(one))
            co_return refuse(Fault::InvalidAttributeName, "Unknown Attribute " + one + ".");
    Attributes all = effective(queue->set, queue->settings.fifo);
    all.emplace("QueueArn", arn_of(name));
    all.emplace("CreatedTimestamp", seconds_of(queue->created));
    all.emplace("LastModifiedTimestamp", seconds_of(queue->modified));
    if (counts_wanted(wanted)) {
        const auto counts = co_await store_.counts(queue->id, clock_.now());
        if (!counts)
            co_return refused(counts.error());
        all.emplace("ApproximateNumberOfMessages", std::to_string(counts->visible));
        all.emplace("ApproximateNumberOfMessagesNotVisible", std::to_string(counts->in_flight));
        all.emplace("ApproximateNumberOfMessagesDelayed", std::to_string(counts->delayed));
    }
    keep_only(all, wanted);
    co_return all;
}

Task<Answer<void>> Queues::change(QueueName name, std::function<Answer<void>(Queue&)> apply) {
    co_await take_turn();
    const Turn turn{*this};
    const Known before = find(name);
    if (!before)
        co_return no_such_queue();
    auto after = std::make_unique<Queue>(*before);
    if (auto applied = apply(*after); !applied)
        co_return applied;
    if (after->set == before->set && after->tags == before->tags)
        co_return Answer<void>{};
    const Status updated = co_await store_.update(after->stored());
    if (!updated)
        co_return refused(updated.error());
    keep(std::move(after));
    co_return Answer<void>{};
}

Task<Answer<void>> Queues::set_attributes(QueueName name, Attributes changes) {
    return change(std::move(name), [this, changes = std::move(changes)](Queue& queue) -> Answer<void> {
        if (auto merged = merge(queue.set, changes, queue.settings.fifo); !merged)
            return merged;
        queue.understand();
        queue.modified = clock_.now();
        return changes.contains("RedrivePolicy") ? check_redrive(queue) : Answer<void>{};
    });
}

Answer<Tags> Queues::tags(const QueueName& name) const {
    if (const Known queue = find(name))
        return queue->tags;
    return no_such_queue();
}

Task<Answer<void>> Queues::change_tags(QueueName name, Tags added, std::vector<std::string> removed) {
    auto apply = [added = std::move(added), removed = std::move(removed)](Queue& queue) {
        for (const auto& [key, value] : added)
            queue.tags.insert_or_assign(key, value);
        for (const auto& key : removed)
            queue.tags.erase(key);
        return check_tags(queue.tags);
    };
    return change(std::move(name), std::move(apply));
}

}  // namespace rialto::queues
