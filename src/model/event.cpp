#include "rialto/model/event.hpp"

#include <optional>

#include "rialto/base/time.hpp"
#include "rialto/json/object_writer.hpp"
#include "rialto/json/value.hpp"
#include "rialto/model/envelope.hpp"

namespace rialto::model {
namespace {

constexpr std::size_t kHead = 400;  // about what stands before the detail

Error corrupt(std::string_view what) { return {Errc::Corrupt, "event envelope: " + std::string{what}}; }

Status read(const json::Value& envelope, std::string_view name, std::string& into) {
    const json::Value* member = envelope.find(name);
    const std::string* text = member ? member->as_string() : nullptr;
    if (!text)
        return corrupt("\"" + std::string{name} + "\" is not a string");
    into = *text;
    return {};
}

Status read_time(const json::Value& envelope, TimePoint& into) {
    std::string text;
    if (Status found = read(envelope, "time", text); !found)
        return found;
    const auto time = from_rfc3339(text);
    if (!time)
        return corrupt("\"time\" is not a time");
    into = *time;
    return {};
}

Status read_resources(const json::Value& envelope, std::vector<std::string>& into) {
    const json::Value* member = envelope.find("resources");
    const json::Array* resources = member ? member->as_array() : nullptr;
    if (!resources)
        return corrupt("\"resources\" is not an array");
    for (const auto& resource : *resources) {
        if (!resource.as_string())
            return corrupt("\"resources\" holds something other than strings");
        into.push_back(*resource.as_string());
    }
    return {};
}

/// Only a replayed event has a name here.
Status read_replay_name(const json::Value& envelope, std::string& into) {
    return envelope.find("replay-name") ? read(envelope, "replay-name", into) : Status{};
}

Status read_strings(const json::Value& envelope, Event& event) {
    std::string version;
    const std::initializer_list<std::pair<std::string_view, std::string*>> members{
        {"version", &version},     {"id", &event.id},           {"detail-type", &event.detail_type},
        {"source", &event.source}, {"account", &event.account}, {"region", &event.region}};
    for (const auto& [name, into] : members)
        if (Status found = read(envelope, name, *into); !found)
            return found;
    return version == "0" ? Status{} : Status{corrupt("unknown version")};
}

}  // namespace

std::string to_json(const Event& event) {
    const json::Array resources{event.resources.begin(), event.resources.end()};
    json::ObjectWriter writer{event.detail.size() + kHead};
    writer.text("version", "0")
        .text("id", event.id)
        .text("detail-type", event.detail_type)
        .text("source", event.source)
        .text("account", event.account)
        .text("time", to_rfc3339_seconds(event.time))
        .text("region", event.region);
    if (!event.replay_name.empty())
        writer.text("replay-name", event.replay_name);
    return writer.json("resources", json::write(resources)).json("detail", event.detail).finish();
}

Result<Event> event_from_json(std::string_view envelope) {
    const auto value = json::parse(envelope, kEnvelopeLimits);
    if (!value)
        return corrupt(value.error().message);
    Event event;
    if (Status found = read_strings(*value, event); !found)
        return std::move(found).error();
    if (Status found = read_replay_name(*value, event.replay_name); !found)
        return std::move(found).error();
    if (Status found = read_time(*value, event.time); !found)
        return std::move(found).error();
    if (Status found = read_resources(*value, event.resources); !found)
        return std::move(found).error();
    const json::Value* detail = value->find("detail");
    if (!detail || !detail->as_object())
        return corrupt("\"detail\" is not an object");
    event.detail = json::write(*detail);
    return event;
}

}  // namespace rialto::model
