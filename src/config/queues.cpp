#include <algorithm>

#include "config/scalars.hpp"
#include "config/sections.hpp"

namespace rialto::config {

namespace {

constexpr std::size_t kMaxName = 80;
constexpr std::string_view kFifoEnding = ".fifo";

bool is_fifo(std::string_view name) { return name.ends_with(kFifoEnding); }

Rule<Duration> seconds_in(Duration least, Duration most) {
    return [=](const Node& node) -> Result<Duration> {
        auto duration = duration_in(least, most)(node);
        if (duration && *duration % 1s != 0s)
            return must_be("whole seconds", node);
        return duration;
    };
}

void read_dead_letters(MapReader& map, Queue& queue) {
    if (!map.read("queue", queue.dead_letter_queue, queue_name()))
        map.problem(map.mark(), "queue", "is missing: where messages go that were received too often");
    else if (queue.dead_letter_queue == queue.name)
        map.problem(map.mark(), "queue", "must be another queue than this one");
    else if (is_fifo(queue.dead_letter_queue) != is_fifo(queue.name))
        map.problem(map.mark(), "queue", "must be a FIFO queue if this one is, and only then");
    map.read("maxReceives", queue.max_receives, small_number_in(1, 1'000));
}

void read_queue(MapReader& map, Queue& queue) {
    map.read("visibilityTimeout", queue.visibility_timeout, seconds_in(0s, 12h));
    map.read("retention", queue.retention, seconds_in(1min, std::chrono::days{14}));
    map.read("delay", queue.delay, seconds_in(0s, 15min));
    map.read("receiveWait", queue.receive_wait, seconds_in(0s, 20s));
    map.read("maxMessageSize", queue.max_message, size_in(1 * kKiB, 1 * kMiB));
    const bool unique = map.read("contentBasedDeduplication", queue.content_based_deduplication, flag());
    if (unique && !is_fifo(queue.name))
        map.problem(map.find("contentBasedDeduplication")->mark, "contentBasedDeduplication",
                    "is for FIFO queues only");
    if (const Node* redrive = map.find("redrive"))
        MapReader::read_map(*redrive, map.path_of("redrive"), map.reading(),
                            [&queue](MapReader& keys) { read_dead_letters(keys, queue); });
}

/// Messages must have somewhere to go.
void check_dead_letters(const std::vector<Queue>& queues, MapReader& map) {
    for (const Queue& queue : queues)
        if (!queue.dead_letter_queue.empty() &&
            std::ranges::find(queues, queue.dead_letter_queue, &Queue::name) == queues.end())
            map.problem(map.find("queues")->mark, "queues." + queue.name + ".redrive.queue",
                        "must be a queue of this file, not \"" + queue.dead_letter_queue + '"');
}

}  // namespace

Rule<std::string> queue_name() {
    return [](const Node& node) -> Result<std::string> {
        auto stem = node;
        if (is_fifo(stem.text))
            stem.text.resize(stem.text.size() - kFifoEnding.size());
        if (!node.is(Node::Kind::Scalar) || node.text.size() > kMaxName || !name_of(kMaxName, "-_")(stem))
            return must_be("a queue's name: 1 to 80 letters, digits, - and _, with .fifo at the end for a FIFO queue",
                           node);
        return node.text;
    };
}

void read_queues(MapReader& map, std::vector<Queue>& queues) {
    map.each("queues", [&map, &queues](const Entry& entry, const std::string& path) {
        const auto name = make_node(Node::Kind::Scalar, entry.mark, entry.key);
        if (const auto valid = queue_name()(name); !valid)
            map.reading().problems.add(entry.mark, path + ": " + valid.error().message);
        Queue& queue = queues.emplace_back();
        queue.name = entry.key;
        MapReader::read_map(entry.value, path, map.reading(), [&queue](MapReader& keys) { read_queue(keys, queue); });
    });
    check_dead_letters(queues, map);
}

}  // namespace rialto::config
