#include "config/scalars.hpp"
#include "config/sections.hpp"

namespace rialto::config {

namespace {

constexpr std::size_t kMaxName = 48;
constexpr std::chrono::days kLongestRetention{36'500};

Result<int> retention_days(const Node& node) {
    const auto kept = duration_in(std::chrono::days{1}, kLongestRetention)(node);
    if (!kept)
        return kept.error();
    if (*kept % std::chrono::days{1} != 0s)
        return must_be("whole days", node);
    return static_cast<int>(std::chrono::duration_cast<std::chrono::days>(*kept).count());
}

void read_archive(MapReader& map, model::Archive& archive) {
    map.read("description", archive.description, text_of(0, 512));
    map.read("bus", archive.bus, [&map](const Node& node) -> Result<std::string> {
        if (!node.is(Node::Kind::Scalar) || !map.reading().buses.contains(node.text))
            return must_be("a bus of this file", node);
        return node.text;
    });
    map.read("pattern", archive.pattern, event_pattern);
    map.read("retention", archive.retention_days, retention_days);
}

}  // namespace

void read_archives(MapReader& map, std::vector<model::Archive>& archives) {
    map.each("archives", [&map, &archives](const Entry& entry, const std::string& path) {
        check_name(entry, path, map.reading(), kMaxName, kNameCharacters);
        model::Archive& archive = archives.emplace_back();
        archive.name = entry.key;
        MapReader::read_map(entry.value, path, map.reading(),
                            [&archive](MapReader& keys) { read_archive(keys, archive); });
    });
}

}  // namespace rialto::config
