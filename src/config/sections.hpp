#pragma once

#include "config/map_reader.hpp"
#include "config/scalars.hpp"
#include "rialto/config/config.hpp"

/// One function a section of the file; each stands in a file of that name.
namespace rialto::config {

void read_server(MapReader& map, Server& server);
void read_mail(MapReader& map, Mail& mail);
void read_websocket(MapReader& map, WebSocket& websocket);

/// Reads the key `buses`. What stands there replaces all defaults.
void read_buses(MapReader& map, std::vector<model::Bus>& buses);

/// Reads the key `queues`.
void read_queues(MapReader& map, std::vector<Queue>& queues);

/// The names that may be given to queues.
Rule<std::string> queue_name();

/// The targets of a rule on that bus.
std::vector<model::Target> read_targets(const Node& list, const std::string& path, std::string_view bus,
                                        Reading& reading);

/// The names that may be given to buses, rules and targets.
inline constexpr std::string_view kNameCharacters = "._-";

}  // namespace rialto::config
