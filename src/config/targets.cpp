#include <algorithm>
#include <set>

#include "config/api_destination_target.hpp"
#include "config/scalars.hpp"
#include "config/sections.hpp"
#include "config/yaml_to_json.hpp"
#include "rialto/model/arn.hpp"

namespace rialto::config {

namespace {

constexpr std::size_t kMaxInput = 8192;
constexpr std::size_t kMaxTargetName = 64;
constexpr std::size_t kMaxPath = 256;
constexpr std::size_t kMaxTopic = 256;
constexpr std::size_t kMaxArn = 1600;

Result<model::Path> json_path(const Node& node) {
    const auto text = line_of(1, kMaxPath)(node);
    if (!text)
        return text.error();
    return model::Path::parse(*text);
}

Result<std::string> path_text(const Node& node) {
    const auto path = json_path(node);
    if (!path)
        return path.error();
    return path->text();
}

Result<std::string> constant_input(const Node& node) {
    auto json = yaml_to_json(node);
    if (json.size() > kMaxInput)
        return Error{Errc::InvalidArgument, "must be at most 8192 bytes as JSON"};
    return json;
}

Result<std::chrono::seconds> event_age(const Node& node) {
    const auto age = duration_in(60s, 24h)(node);
    if (!age)
        return age.error();
    if (*age % 1s != 0s)
        return must_be("whole seconds", node);
    return std::chrono::duration_cast<std::chrono::seconds>(*age);
}

/// Reads one target. What stands beside its kind is read first to last in the order of the reference.
class TargetReader {
public:
    TargetReader(MapReader& map, std::string_view bus) : map_{map}, bus_{bus} {}

    void read(model::Target& target) {
        map_.read("id", target.id, name_of(kMaxTargetName, kNameCharacters));
        read_rule_kinds(target.kind);
        read_inputs(target.input);
        map_.section("retry", [&target](MapReader& retry) {
            retry.read("maxRetries", target.retry.max_retries, small_number_in(0, 185));
            retry.read("maxAge", target.retry.max_age, event_age);
        });
        read_dead_letter(target.dead_letter);
        read_flow(target);
    }

private:
    /// Fills `kind` if the key of that kind is there. A kind's settings may be left out: `email:`.
    template <class Kind, class Body>
    void read_kind(MapReader& map, std::string_view key, model::TargetKind& kind, Body body) {
        const Node* node = map.find(key);
        if (node == nullptr)
            return;
        if (++kinds_ > 1)
            map.problem(node->mark, key, "is a second kind; a target has one");
        MapReader::read_map(*node, map.path_of(key), map.reading(),
                            [&kind, &body](MapReader& settings) { body(settings, kind.emplace<Kind>()); });
    }

    void read_rule_kinds(model::TargetKind& kind) {
        kinds_ = 0;
        read_kind<model::EmailTarget>(map_, "email", kind, [](MapReader& settings, model::EmailTarget& email) {
            const bool by_path = settings.read("topicPath", email.topic_path, path_text);
            const bool fixed = settings.read("topic", email.topic, line_of(1, kMaxTopic));
            if (by_path && fixed)
                settings.problem("has both topicPath and topic; give one of them");
        });
        read_kind<model::EntitiesTarget>(map_, "entities", kind, [](MapReader& settings, auto& entities) {
            settings.read("postPath", entities.post_path, path_text);
        });
        read_kind<model::WebSocketTarget>(map_, "websocket", kind, [](MapReader& settings, auto& websocket) {
            settings.read("channel", websocket.channel, name_of(kMaxTargetName, kNameCharacters));
        });
        read_passive_kinds(map_, kind);
        read_kind<model::ApiDestinationTarget>(map_, "apiDestination", kind, read_api_destination_target);
        read_arn(kind);
        if (kinds_ == 0)
            map_.problem("needs a kind: one of email, entities, websocket, log, bus, queue, apiDestination and arn");
    }

    /// The kinds that take any event, and so may also take those that could not be delivered.
    void read_passive_kinds(MapReader& map, model::TargetKind& kind) {
        read_kind<model::LogTarget>(map, "log", kind, [](MapReader& settings, auto& log) {
            settings.read("name", log.name, name_of(kMaxTargetName, kNameCharacters));
        });
        read_kind<model::BusTarget>(map, "bus", kind, [this](MapReader& settings, auto& target) {
            if (!settings.read("name", target.bus, bus_name()))
                settings.problem(settings.mark(), "name", "is missing: the bus that the event goes to");
        });
        read_kind<model::QueueTarget>(
            map, "queue", kind, [](MapReader& settings, model::QueueTarget& queue) { read_queue(settings, queue); });
    }

    /// Queues may also be made by clients, so that it need not be one of this file.
    static void read_queue(MapReader& settings, model::QueueTarget& queue) {
        std::string name;
        if (!settings.read("name", name, queue_name()))
            settings.problem(settings.mark(), "name", "is missing: the queue that the event goes to");
        queue.arn = arn_of(settings.reading(), "sqs", name);
        settings.read("group", queue.group, line_of(1, 128));
        if (name.ends_with(".fifo") == queue.group.empty())
            settings.problem(settings.mark(), "group", "is needed for a FIFO queue, and for no other");
    }

    /// What has no words of its own here is named as in AWS.
    void read_arn(model::TargetKind& kind) {
        const Node* node = map_.find("arn");
        if (node == nullptr)
            return;
        if (++kinds_ > 1)
            map_.problem(node->mark, "arn", "is a second kind; a target has one");
        map_.read("arn", kind.emplace<model::ForeignTarget>().arn, [this](const Node& given) -> Result<std::string> {
            const auto text = line_of(1, kMaxArn)(given);
            const auto arn = text ? model::Arn::parse(*text) : std::nullopt;
            if (!arn)
                return must_be("an ARN, such as arn:aws:sns:us-east-1:000000000000:news", given);
            if (arn->service == "sqs" && arn->resource.ends_with(".fifo"))
                return Error{Errc::InvalidArgument, "needs a message group: use queue: {name: ..., group: ...}"};
            if (*text == arn_of(map_.reading(), "events", "event-bus/" + std::string{bus_}))
                return must_be("another bus than the rule's own, or the event would come back for ever", given);
            return *text;
        });
    }

    static std::string arn_of(const Reading& reading, std::string_view service, std::string resource) {
        return model::Arn{.service = std::string{service},
                          .region = reading.region,
                          .account = reading.account,
                          .resource = std::move(resource)}
            .text();
    }

    Rule<std::string> bus_name() const {
        return [this](const Node& node) -> Result<std::string> {
            auto name = line_of(1, 256)(node);
            if (!name)
                return name;
            if (!map_.reading().buses.contains(*name))
                return must_be("a bus of this file", node);
            if (*name == bus_)
                return must_be("another bus than the rule's own, or the event would come back for ever", node);
            return name;
        };
    }

    void read_inputs(model::Input& input) {
        const Node* constant = map_.find("input");
        const Node* path = map_.find("inputPath");
        const Node* transformer = map_.find("inputTransformer");
        if ((constant != nullptr) + (path != nullptr) + (transformer != nullptr) > 1)
            map_.problem("only one of input, inputPath and inputTransformer may be given");
        if (constant != nullptr)
            map_.read("input", input.emplace<model::ConstantInput>().json, constant_input);
        if (path != nullptr)
            read_input_path(input);
        if (transformer != nullptr)
            MapReader::read_map(*transformer, map_.path_of("inputTransformer"), map_.reading(),
                                [&input](MapReader& map) { read_transformer(map, input); });
    }

    void read_input_path(model::Input& input) {
        map_.read("inputPath", input, [](const Node& node) -> Result<model::Input> {
            auto path = json_path(node);
            if (!path)
                return path.error();
            return model::PathInput{*std::move(path)};
        });
    }

    static void read_transformer(MapReader& map, model::Input& input) {
        model::TransformedInput read;
        bool paths_valid = true;
        map.each("inputPathsMap", [&](const Entry& entry, const std::string& path) {
            auto parsed = json_path(entry.value);
            paths_valid = paths_valid && parsed;
            if (parsed)
                read.paths.emplace_back(entry.key, *std::move(parsed));
            else if (!entry.value.is(Node::Kind::Broken))
                map.reading().problems.add(entry.value.mark, path + ": " + parsed.error().message);
        });
        const bool there = map.read("inputTemplate", read.input_template, text_of(1, 4 * kMaxInput));
        if (!there)
            map.problem(map.mark(), "inputTemplate", "is missing");
        else if (const auto valid = model::validate(read); paths_valid && !read.input_template.empty() && !valid)
            map.problem(map.find("inputTemplate")->mark, "inputTemplate", valid.error().message);
        input = std::move(read);
    }

    void read_flow(model::Target& target) {
        model::Flow& flow = target.flow;
        map_.read("concurrency", flow.concurrency, number_in(1, 1'000));
        map_.read("rate", flow.rate, number_in(1, 1'000'000));
        if (map_.find("breaker") != nullptr)
            map_.section("breaker", [&flow](MapReader& keys) { read_breaker(keys, flow.breaker.emplace()); });
        const bool is_ordered = map_.read("orderBy", flow.order_by, path_text);
        if (is_ordered && std::holds_alternative<model::EmailTarget>(target.kind))
            map_.problem("cannot have orderBy: a mail to many is delivered to each of them on its own");
    }

    void read_dead_letter(std::optional<model::TargetKind>& dead_letter) {
        const Node* node = map_.find("deadLetter");
        if (node == nullptr)
            return;
        kinds_ = 0;
        MapReader::read_map(*node, map_.path_of("deadLetter"), map_.reading(), [&](MapReader& map) {
            read_passive_kinds(map, dead_letter.emplace());
            if (kinds_ == 0)
                map.problem("needs log, bus or queue: where dead letters go");
        });
    }

    MapReader& map_;
    std::string_view bus_;
    int kinds_ = 0;
};

/// `- email` stands for `- email: {}`.
Node spelled_out(const Node& item) {
    if (!item.is(Node::Kind::Scalar))
        return item;
    auto map = make_node(Node::Kind::Map, item.mark);
    map.entries.push_back({.key = item.text, .mark = item.mark, .value = make_node(Node::Kind::Null, item.mark)});
    return map;
}

/// Gives the targets without an id the name of their kind, numbered if need be.
void name_targets(std::vector<model::Target>& targets) {
    std::set<std::string> taken;
    for (const auto& target : targets)
        taken.insert(target.id);
    for (auto& target : targets) {
        if (!target.id.empty())
            continue;
        const bool by_arn = std::holds_alternative<model::ForeignTarget>(target.kind);
        const std::string kind{by_arn ? "arn" : model::name_of(target.kind)};
        target.id = kind;
        for (int number = 2; !taken.insert(target.id).second; ++number)
            target.id = kind + '-' + std::to_string(number);
    }
}

}  // namespace

std::vector<model::Target> read_targets(const Node& list, const std::string& path, std::string_view bus,
                                        Reading& reading) {
    std::vector<model::Target> targets;
    std::set<std::string> ids;
    for (const auto& item : list.items) {
        const auto place = path + '[' + std::to_string(targets.size()) + ']';
        auto& target = targets.emplace_back();
        MapReader::read_map(spelled_out(item), place, reading,
                            [&target, bus](MapReader& map) { TargetReader{map, bus}.read(target); });
        if (!target.id.empty() && !ids.insert(target.id).second)
            reading.problems.add(item.mark, place + ".id: another target of this rule has the id " + target.id);
    }
    name_targets(targets);
    return targets;
}

}  // namespace rialto::config
