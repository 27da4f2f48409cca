#include "config/api_destination_target.hpp"

#include "config/http_parameters.hpp"
#include "config/scalars.hpp"
#include "rialto/model/declaration.hpp"

namespace rialto::config {

namespace {

constexpr std::size_t kMaxFields = 100;
constexpr std::size_t kMaxField = 512;

Result<std::vector<std::string>> path_values(const Node& list) {
    if (!list.is(Node::Kind::List) || list.items.size() > kMaxFields)
        return must_be("a list of at most 100 texts", list);
    std::vector<std::string> values;
    for (const Node& item : list.items) {
        auto value = line_of(1, kMaxField)(item);
        if (!value)
            return std::move(value).error();
        values.push_back(*std::move(value));
    }
    return values;
}

void read_fields(MapReader& settings, std::string_view key, const Rule<std::string>& name_rule,
                 model::ApiDestinationTarget::Fields& fields) {
    settings.each(key, [&](const Entry& entry, const std::string& path) {
        auto name = name_rule(make_node(Node::Kind::Scalar, entry.mark, entry.key));
        auto value = line_of(0, kMaxField)(entry.value);
        if (!name)
            settings.reading().problems.add(entry.mark, path + ": " + name.error().message);
        else if (!value && !entry.value.is(Node::Kind::Broken))
            settings.reading().problems.add(entry.value.mark, path + ": " + value.error().message);
        else if (value)
            fields.emplace_back(*std::move(name), *std::move(value));
    });
    if (fields.size() > kMaxFields)
        settings.problem(settings.find(key)->mark, key, "has more than 100 entries");
}

}  // namespace

void read_api_destination_target(MapReader& settings, model::ApiDestinationTarget& target) {
    std::string name;
    const auto of_this_file = [&settings](const Node& node) -> Result<std::string> {
        if (!node.is(Node::Kind::Scalar) || !settings.reading().api_destinations.contains(node.text))
            return must_be("an API destination of this file", node);
        return node.text;
    };
    if (!settings.read("name", name, of_this_file))
        settings.problem(settings.mark(), "name", "is missing: the API destination that is called");
    target.arn = model::declared_arn(settings.reading().region, settings.reading().account, "api-destination", name);
    read_fields(settings, "headers", header_name(), target.headers);
    read_fields(settings, "query", line_of(1, kMaxField), target.query);
    settings.read("pathValues", target.path_values, path_values);
}

}  // namespace rialto::config
