#pragma once

#include "config/map_reader.hpp"
#include "config/scalars.hpp"
#include "rialto/config/config.hpp"

/// One function a section of the file; each stands in a file of that name.
namespace rialto::config {

void read_server(MapReader& map, Server& server);
void read_mail(MapReader& map, Mail& mail);
void read_entities(MapReader& map, Entities& entities);
void read_websocket(MapReader& map, WebSocket& websocket);

/// Reads a circuit breaker, of one target or of all.
void read_breaker(MapReader& map, model::Breaker& breaker);

/// Reads the key `buses`; comes after the API destinations, which targets name. What stands there replaces all
/// defaults.
void read_buses(MapReader& map, std::vector<model::Bus>& buses);

/// Reads the key `queues`.
void read_queues(MapReader& map, std::vector<Queue>& queues);

/// Reads the key `connections`.
void read_connections(MapReader& map, std::vector<model::Connection>& connections);

/// Reads the key `apiDestinations`; comes after the connections, of which it names some.
void read_api_destinations(MapReader& map, std::vector<model::ApiDestination>& destinations);

/// Reads the key `archives`; comes after the buses.
void read_archives(MapReader& map, std::vector<model::Archive>& archives);

/// The names that may be given to queues.
Rule<std::string> queue_name();

/// The targets of a rule on that bus.
std::vector<model::Target> read_targets(const Node& list, const std::string& path, std::string_view bus,
                                        Reading& reading);

/// An event pattern, as a map or as JSON text; as JSON text.
Result<std::string> event_pattern(const Node& node);

/// Reports a key that is no name: at most `most` letters, digits and characters of `others`.
void check_name(const Entry& entry, const std::string& path, Reading& reading, std::size_t most,
                std::string_view others);

/// The names that may be given to buses, rules, targets and the rest.
inline constexpr std::string_view kNameCharacters = "._-";

}  // namespace rialto::config
