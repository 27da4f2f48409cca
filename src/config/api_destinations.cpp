#include "config/http_parameters.hpp"
#include "config/scalars.hpp"
#include "config/sections.hpp"

namespace rialto::config {

namespace {

constexpr std::size_t kMaxName = 64;
constexpr int kMaxRate = 1'000'000;

Rule<std::string> connection_name(const Reading& reading) {
    return [&reading](const Node& node) -> Result<std::string> {
        if (!node.is(Node::Kind::Scalar) || !reading.connections.contains(node.text))
            return must_be("a connection of this file", node);
        return node.text;
    };
}

Rule<std::string> http_method() {
    return one_of<std::string>({{"POST", "POST"},
                                {"GET", "GET"},
                                {"HEAD", "HEAD"},
                                {"OPTIONS", "OPTIONS"},
                                {"PUT", "PUT"},
                                {"PATCH", "PATCH"},
                                {"DELETE", "DELETE"}});
}

void read_destination(MapReader& map, model::ApiDestination& destination) {
    map.read("description", destination.description, text_of(0, 512));
    if (!map.read("connection", destination.connection, connection_name(map.reading())))
        map.problem(map.mark(), "connection", "is missing: how calls prove who they come from");
    if (!map.read("endpoint", destination.endpoint, endpoint_url()))
        map.problem(map.mark(), "endpoint", "is missing: the URL that is called");
    map.read("method", destination.method, http_method());
    map.read("rate", destination.rate_per_second, small_number_in(1, kMaxRate));
}

}  // namespace

void read_api_destinations(MapReader& map, std::vector<model::ApiDestination>& destinations) {
    map.each("apiDestinations", [&map, &destinations](const Entry& entry, const std::string& path) {
        check_name(entry, path, map.reading(), kMaxName, kNameCharacters);
        model::ApiDestination& destination = destinations.emplace_back();
        destination.name = entry.key;
        map.reading().api_destinations.insert(entry.key);
        MapReader::read_map(entry.value, path, map.reading(),
                            [&destination](MapReader& keys) { read_destination(keys, destination); });
    });
}

}  // namespace rialto::config
