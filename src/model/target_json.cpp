#include <utility>

#include "model/target_kind_json.hpp"
#include "rialto/model/rule.hpp"

/// Targets as stored text: `{"id", "kind", "input", "retry", "deadLetter", "flow"}`, where a kind and an input are
/// objects with a `type`. What is read must be exactly what is written, so that a mistake is seen and not delivered.
namespace rialto::model {
namespace {

json::Value write_input(const Input& input) {
    if (const auto* constant = std::get_if<ConstantInput>(&input))
        return json::Object{{"type", "constant"}, {"json", constant->json}};
    if (const auto* path = std::get_if<PathInput>(&input))
        return json::Object{{"type", "path"}, {"path", path->path.text()}};
    const auto* transformed = std::get_if<TransformedInput>(&input);
    if (!transformed)
        return json::Object{{"type", "whole"}};
    json::Array paths;
    for (const auto& [name, path] : transformed->paths)
        paths.push_back(json::Array{name, path.text()});
    return json::Object{{"type", "transformed"}, {"paths", paths}, {"template", transformed->input_template}};
}

const std::string* text_of(const json::Value* value) { return value ? value->as_string() : nullptr; }

/// The one text that an object has beside its type.
const std::string* only_text(const json::Value& value, std::string_view name) {
    const json::Object* object = value.as_object();
    return object && object->size() == 2 ? text_of(object->find(name)) : nullptr;
}

std::optional<Path> read_path(const std::string* text) {
    auto path = text ? Path::parse(*text) : Result<Path>{Error{Errc::Corrupt, {}}};
    return path ? std::optional{std::move(*path)} : std::nullopt;
}

std::optional<Input> read_transformed(const json::Value& value) {
    const json::Value* paths = value.find("paths");
    const std::string* text = text_of(value.find("template"));
    if (value.as_object()->size() != 3 || !text || !paths || !paths->as_array())
        return std::nullopt;
    TransformedInput input{.paths = {}, .input_template = *text};
    for (const auto& entry : *paths->as_array()) {
        const json::Array* pair = entry.as_array();
        if (!pair || pair->size() != 2 || !text_of(&pair->front()))
            return std::nullopt;
        auto path = read_path(text_of(&pair->back()));
        if (!path)
            return std::nullopt;
        input.paths.emplace_back(*text_of(&pair->front()), std::move(*path));
    }
    return input;
}

std::optional<Input> read_input(const json::Value& value) {
    const std::string* type = text_of(value.find("type"));
    if (!type)
        return std::nullopt;
    if (*type == "transformed")
        return read_transformed(value);
    if (*type == "whole" && value.as_object()->size() == 1)
        return WholeEvent{};
    if (*type == "constant") {
        const std::string* text = only_text(value, "json");
        return text ? std::optional<Input>{ConstantInput{*text}} : std::nullopt;
    }
    if (*type == "path") {
        auto path = read_path(only_text(value, "path"));
        return path ? std::optional<Input>{PathInput{std::move(*path)}} : std::nullopt;
    }
    return std::nullopt;
}

std::optional<RetryPolicy> read_retry(const json::Value& value) {
    const json::Object* object = value.as_object();
    const json::Value* retries = value.find("maxRetries");
    const json::Value* age = value.find("maxAgeSeconds");
    if (!object || object->size() != 2 || !retries || !age)
        return std::nullopt;
    const auto max_retries = retries->as_int64();
    const auto max_age = age->as_int64();
    if (!max_retries || !std::in_range<int>(*max_retries) || !max_age)
        return std::nullopt;
    return RetryPolicy{.max_retries = static_cast<int>(*max_retries), .max_age = std::chrono::seconds{*max_age}};
}

json::Value write_flow(const Flow& flow) {
    json::Object object{{"concurrency", flow.concurrency}, {"rate", flow.rate}, {"orderBy", flow.order_by}};
    if (flow.breaker)
        object.set("breaker", json::Array{flow.breaker->failures, flow.breaker->wait.count()});
    return object;
}

std::optional<Breaker> read_breaker(const json::Value& value) {
    const json::Array* pair = value.as_array();
    if (!pair || pair->size() != 2)
        return std::nullopt;
    const auto failures = pair->front().as_int64();
    const auto wait = pair->back().as_int64();
    if (!failures || !std::in_range<int>(*failures) || !wait)
        return std::nullopt;
    return Breaker{.failures = static_cast<int>(*failures), .wait = Duration{*wait}};
}

std::optional<Flow> read_flow(const json::Value& value) {
    static const json::Value kNull;
    const auto number = [&value](std::string_view name) -> std::optional<std::size_t> {
        const json::Value* found = value.find(name);
        const auto read = found ? found->as_int64() : std::nullopt;
        return read && *read >= 0 ? std::optional{static_cast<std::size_t>(*read)} : std::nullopt;
    };
    const json::Value* breaker = value.find("breaker");
    const auto concurrency = number("concurrency");
    const auto rate = number("rate");
    const std::string* order_by = text_of(value.find("orderBy"));
    if (!concurrency || !rate || !order_by || value.as_object()->size() != (breaker ? 4 : 3))
        return std::nullopt;
    Flow flow{.concurrency = *concurrency, .rate = *rate, .breaker = {}, .order_by = *order_by};
    if (breaker && !(flow.breaker = read_breaker(*breaker)))
        return std::nullopt;
    return flow;
}

std::optional<Target> read_target(const json::Value& value) {
    static const json::Value kNull;
    const auto part = [&value](std::string_view name) -> const json::Value& {
        const json::Value* found = value.find(name);
        return found ? *found : kNull;
    };
    const json::Value* dead_letter = value.find("deadLetter");
    const json::Value* flow = value.find("flow");
    const std::string* id = text_of(value.find("id"));
    auto kind = read_kind(part("kind"));
    auto input = read_input(part("input"));
    const auto retry = read_retry(part("retry"));
    if (!id || !kind || !input || !retry ||
        value.as_object()->size() != std::size_t{4} + (dead_letter ? 1 : 0) + (flow ? 1 : 0))
        return std::nullopt;
    Target target{.id = *id,
                  .kind = std::move(*kind),
                  .input = std::move(*input),
                  .retry = *retry,
                  .dead_letter = {},
                  .flow = {}};
    if (dead_letter && !(target.dead_letter = read_kind(*dead_letter)))
        return std::nullopt;
    const auto how = flow ? read_flow(*flow) : Flow{};
    if (!how)
        return std::nullopt;
    target.flow = *how;
    return target;
}

}  // namespace

std::string to_json(const Target& target) {
    json::Object object{{"id", target.id},
                        {"kind", write_kind(target.kind)},
                        {"input", write_input(target.input)},
                        {"retry", json::Object{{"maxRetries", target.retry.max_retries},
                                               {"maxAgeSeconds", target.retry.max_age.count()}}}};
    if (target.dead_letter)
        object.set("deadLetter", write_kind(*target.dead_letter));
    if (target.flow != Flow{})
        object.set("flow", write_flow(target.flow));
    return json::write(object);
}

Result<Target> target_from_json(std::string_view text) {
    const auto value = json::parse(text);
    if (!value)
        return Error{Errc::Corrupt, "stored target: " + value.error().message};
    auto target = read_target(*value);
    if (!target)
        return Error{Errc::Corrupt, "stored target: not in the form in which targets are written"};
    return std::move(*target);
}

}  // namespace rialto::model
