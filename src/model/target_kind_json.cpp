#include "model/target_kind_json.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rialto::model {
namespace {

using Fields = ApiDestinationTarget::Fields;

json::Array write_fields(const Fields& fields) {
    json::Array array;
    for (const auto& [name, value] : fields)
        array.push_back(json::Array{name, value});
    return array;
}

/// The members of a kind, one overload each.
struct Writer {
    json::Object& object;

    void operator()(const EmailTarget& email) {
        object.set("topicPath", email.topic_path);
        if (!email.topic.empty())
            object.set("topic", email.topic);
    }
    void operator()(const ConfirmationTarget&) {}
    void operator()(const EntitiesTarget& entities) { object.set("postPath", entities.post_path); }
    void operator()(const WebSocketTarget& websocket) { object.set("channel", websocket.channel); }
    void operator()(const LogTarget& log) { object.set("name", log.name); }
    void operator()(const BusTarget& bus) {
        object.set("bus", bus.bus);
        if (bus.one_hop)
            object.set("oneHop", true);
    }
    void operator()(const QueueTarget& queue) {
        object.set("arn", queue.arn);
        object.set("group", queue.group);
    }
    void operator()(const ApiDestinationTarget& destination) {
        object.set("arn", destination.arn);
        object.set("headers", write_fields(destination.headers));
        object.set("query", write_fields(destination.query));
        json::Array values;
        for (const std::string& value : destination.path_values)
            values.emplace_back(value);
        object.set("pathValues", std::move(values));
    }
    void operator()(const ArchiveTarget& archive) { object.set("arn", archive.arn); }
    void operator()(const ForeignTarget& foreign) { object.set("arn", foreign.arn); }
};

/// Reads the members of an object and notes whether each was there and of its type.
class Reader {
public:
    explicit Reader(const json::Object& object) : object_{object} {}

    std::string text(std::string_view name) {
        const std::string* found = text_of(member(name));
        good_ = good_ && found;
        return found ? *found : std::string{};
    }

    /// A text that older versions did not have.
    std::string text_or_empty(std::string_view name) { return object_.find(name) ? text(name) : std::string{}; }

    bool flag(std::string_view name) {
        if (!object_.find(name))
            return false;
        const bool* found = member(name)->as_bool();
        good_ = good_ && found && *found;
        return good_;
    }

    std::vector<std::string> texts(std::string_view name) {
        std::vector<std::string> texts;
        for (const json::Value& value : array(name))
            texts.push_back(checked(value));
        return texts;
    }

    Fields fields(std::string_view name) {
        Fields fields;
        for (const json::Value& value : array(name)) {
            const json::Array* pair = value.as_array();
            good_ = good_ && pair && pair->size() == 2;
            if (!good_)
                break;
            fields.emplace_back(checked(pair->front()), checked(pair->back()));
        }
        return fields;
    }

    /// Whether all was as it is written, and nothing else is there.
    bool good() const { return good_ && read_ + 1 == object_.size(); }

private:
    static const std::string* text_of(const json::Value* value) { return value ? value->as_string() : nullptr; }

    const json::Value* member(std::string_view name) {
        ++read_;
        return object_.find(name);
    }

    json::Array array(std::string_view name) {
        const json::Value* found = member(name);
        const json::Array* array = found ? found->as_array() : nullptr;
        good_ = good_ && array;
        return array ? *array : json::Array{};
    }

    std::string checked(const json::Value& value) {
        good_ = good_ && value.as_string();
        return value.as_string() ? *value.as_string() : std::string{};
    }

    const json::Object& object_;
    std::size_t read_ = 0;
    bool good_ = true;
};

std::optional<TargetKind> read_members(const std::string& type, Reader& read) {
    if (type == "email")
        return EmailTarget{read.text("topicPath"), read.text_or_empty("topic")};
    if (type == "confirmation")
        return ConfirmationTarget{};
    if (type == "entities")
        return EntitiesTarget{read.text("postPath")};
    if (type == "websocket")
        return WebSocketTarget{read.text("channel")};
    if (type == "log")
        return LogTarget{read.text("name")};
    if (type == "bus")
        return BusTarget{read.text("bus"), read.flag("oneHop")};
    if (type == "queue")
        return QueueTarget{read.text("arn"), read.text("group")};
    if (type == "apiDestination")
        return ApiDestinationTarget{read.text("arn"), read.fields("headers"), read.fields("query"),
                                    read.texts("pathValues")};
    if (type == "archive")
        return ArchiveTarget{read.text("arn")};
    if (type == "foreign")
        return ForeignTarget{read.text("arn")};
    return std::nullopt;
}

}  // namespace

json::Value write_kind(const TargetKind& kind) {
    json::Object object{{"type", name_of(kind)}};
    std::visit(Writer{object}, kind);
    return object;
}

std::optional<TargetKind> read_kind(const json::Value& value) {
    const json::Object* object = value.as_object();
    const json::Value* type = value.find("type");
    if (!object || !type || !type->as_string())
        return std::nullopt;
    Reader reader{*object};
    auto kind = read_members(*type->as_string(), reader);
    return reader.good() ? std::move(kind) : std::nullopt;
}

}  // namespace rialto::model
