#include "rialto/model/input.hpp"

#include <algorithm>

#include "model/template.hpp"
#include "rialto/base/time.hpp"

namespace rialto::model {
namespace {

/// The envelope without its detail, in the form that `<aws.events.event>` has.
json::Value event_summary(const json::Value& event) {
    const auto member = [&event](std::string_view name) {
        const json::Value* found = event.find(name);
        return found ? *found : json::Value{};
    };
    return json::Object{{"id", member("id")},
                        {"account", member("account")},
                        {"detailType", member("detail-type")},
                        {"time", member("time")},
                        {"source", member("source")},
                        {"region", member("region")},
                        {"resources", member("resources")},
                        {"version", member("version")}};
}

/// What the placeholders of one transformer stand for, for one event.
class Values {
public:
    Values(const TransformedInput& input, const json::Value& event, const InputContext& context)
        : input_{input}, event_{event}, context_{context} {}

    /// A name that stands for nothing stays in the text as it is.
    bool knows(std::string_view name) const { return is_reserved(name) || path(name); }

    /// Nothing if the path leads nowhere.
    std::optional<json::Value> find(std::string_view name) const {
        if (name == kRuleArn)
            return context_.rule_arn;
        if (name == kRuleName)
            return context_.rule_name;
        if (name == kIngestionTime)
            return to_rfc3339(context_.ingested);
        if (name == kEvent)
            return event_summary(event_);
        if (name == kEventJson)
            return event_;
        return path(name)->find(event_);
    }

private:
    const Path* path(std::string_view name) const {
        const auto found = std::ranges::find(input_.paths, name, &std::pair<std::string, Path>::first);
        return found == input_.paths.end() ? nullptr : &found->second;
    }

    const TransformedInput& input_;
    const json::Value& event_;
    const InputContext& context_;
};

void append_to_object(std::string& out, const Piece& piece, const std::optional<json::Value>& value) {
    if (!value) {
        out += piece.is_quoted ? "" : "\"\"";
        return;
    }
    const auto text = json::write(*value);
    const bool is_inside = piece.is_quoted && value->as_string();
    out += is_inside ? std::string_view{text}.substr(1, text.size() - 2) : std::string_view{text};
}

/// JSON that has lost its quotes, as EventBridge writes it into text.
void append_unquoted(std::string& out, const json::Value& value) {
    bool first = true;
    const auto separate = [&] {
        if (!first)
            out += ',';
        first = false;
    };
    if (const auto* text = value.as_string()) {
        out += *text;
    } else if (const auto* array = value.as_array()) {
        out += '[';
        for (const auto& element : *array) {
            separate();
            append_unquoted(out, element);
        }
        out += ']';
    } else if (const auto* object = value.as_object()) {
        out += '{';
        for (const auto& [name, member] : *object) {
            separate();
            out += name;
            out += ':';
            append_unquoted(out, member);
        }
        out += '}';
    } else {
        out += json::write(value);
    }
}

std::string fill(const TransformedInput& input, const Values& values) {
    const bool is_object = is_object_template(input.input_template);
    std::string out;
    for (const Piece& piece : split_template(input.input_template)) {
        if (piece.name.empty() || !values.knows(piece.name)) {
            out += piece.text;
            continue;
        }
        const auto value = values.find(piece.name);
        if (is_object)
            append_to_object(out, piece, value);
        else if (value)
            append_unquoted(out, *value);
    }
    return out;
}

bool is_json(std::string_view text) {
    // Values come from events, and those may be 1000 levels deep.
    static constexpr json::ParseLimits kLimits{
        .depth = 2000, .reject_duplicate_keys = false, .reject_half_pairs = false};
    return json::parse(text, kLimits).has_value();
}

bool must_be_json(const Input& input) {
    const auto* transformed = std::get_if<TransformedInput>(&input);
    return transformed &&
           (transformed->input_template.starts_with('{') || transformed->input_template.starts_with('['));
}

std::string part(const Path& path, const json::Value& event) {
    const auto value = path.find(event);
    return value && !value->is_null() ? json::write(*value) : "{}";
}

}  // namespace

std::string shaped_text(const Input& input, const std::string& envelope, const json::Value& event,
                        const InputContext& context) {
    if (const auto* constant = std::get_if<ConstantInput>(&input))
        return constant->json;
    if (const auto* path = std::get_if<PathInput>(&input))
        return part(path->path, event);
    if (const auto* transformed = std::get_if<TransformedInput>(&input))
        return fill(*transformed, Values{*transformed, event, context});
    return envelope;
}

Result<std::string> shape(const Input& input, const std::string& envelope, const json::Value& event,
                          const InputContext& context) {
    auto text = shaped_text(input, envelope, event, context);
    if (must_be_json(input) && !is_json(text))
        return Error{Errc::InvalidArgument, "Invalid input for target."};
    return text;
}

}  // namespace rialto::model
