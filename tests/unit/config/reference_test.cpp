#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ranges>
#include <set>

#include "config/read_config.hpp"
#include "rialto/json/value.hpp"

using namespace rialto;
using namespace rialto::config;

namespace {

const std::filesystem::path kData = std::filesystem::path{RIALTO_TEST_DATA} / "config";
const std::filesystem::path kRoot = std::filesystem::path{RIALTO_TEST_DATA}.parent_path().parent_path();

std::string content(const std::filesystem::path& file) {
    std::ifstream stream{file};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

/// Without the names that the user gives: buses.shop.rules.everything.targets[0].id becomes id.
std::string last_part(const std::string& path) { return path.substr(path.rfind('.') + 1); }

/// Whether the path goes on with a name that the user gave.
bool is_of_user(const std::string& path) {
    return std::ranges::any_of(std::array{"buses.", "queues.", "connections.", "apiDestinations.", "archives."},
                               [&path](const char* section) { return path.starts_with(section); });
}

/// The keys that the readers know, those below names of the user's by their last part alone.
std::set<std::string> known_keys() {
    std::set<std::string> known;
    const auto file = kData / "full.yaml";
    REQUIRE(read_config(content(file), file.string(), nullptr, known));
    std::set<std::string> keys;
    for (const auto& path : known)
        keys.insert(is_of_user(path) ? last_part(path) : path);
    return keys;
}

void collect_properties(const json::Value& schema, std::set<std::string>& names) {
    if (const auto* array = schema.as_array())
        for (const auto& item : *array)
            collect_properties(item, names);
    const auto* object = schema.as_object();
    if (object == nullptr)
        return;
    for (const auto& [name, value] : *object) {
        if (name == "properties" && value.as_object() != nullptr)
            for (const auto& [property, ignored] : *value.as_object())
                names.insert(property);
        collect_properties(value, names);
    }
}

std::set<std::string> schema_properties() {
    const auto schema = json::parse(content(kRoot / "config/rialto.schema.json"));
    REQUIRE(schema);
    std::set<std::string> names;
    collect_properties(*schema, names);
    return names;
}

/// The rows of the reference's tables, by key.
std::string row_of(const std::string& reference, const std::string& key) {
    const auto start = reference.find("\n| `" + key + "` |");
    return start == std::string::npos ? "" : reference.substr(start + 1, reference.find('\n', start + 1) - start - 1);
}

}  // namespace

TEST_CASE("the schema has every key and no other", "[config]") {
    const auto properties = schema_properties();
    std::set<std::string> names;
    for (const auto& key : known_keys())
        names.insert(last_part(key));

    CHECK(names == properties);
}

TEST_CASE("the reference has a row for every key", "[config]") {
    const auto reference = content(kRoot / "docs/configuration.md");
    const auto keys = known_keys();
    for (const auto& key : keys) {
        const bool is_section =
            std::ranges::any_of(keys, [&key](const auto& other) { return other.starts_with(key + '.'); });
        INFO(key);
        CHECK((is_section || !row_of(reference, key).empty()));
    }
}

TEST_CASE("the reference says of each key whether it needs a restart", "[config]") {
    const auto reference = content(kRoot / "docs/configuration.md");
    const auto full = load(kData / "full.yaml", nullptr);
    REQUIRE(full);
    const auto fixed = needs_restart({}, *full);
    for (const auto& key : known_keys()) {
        const auto row = row_of(reference, key);
        if (row.empty() || !key.contains('.'))
            continue;
        const bool restart =
            std::ranges::any_of(fixed, [&key](const auto& name) { return key == name || key.starts_with(name + '.'); });
        INFO(row);
        CHECK(row.ends_with(restart ? "| restart |" : "| reload |"));
    }
}
