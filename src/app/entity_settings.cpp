#include "entity_settings.hpp"

#include "rialto/base/file.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

namespace rialto::app {
namespace {

constexpr std::size_t kMaxGazetteer = std::size_t{16} << 20;

targets::ExtractionSettings::Field field_named(std::string_view name) {
    using enum targets::ExtractionSettings::Field;
    if (name == "title")
        return Title;
    if (name == "author")
        return Author;
    return name == "topic" ? Topic : Body;
}

}  // namespace

targets::ExtractionSettings extraction_settings(const config::Entities& settings) {
    targets::ExtractionSettings wanted;
    wanted.fields.clear();
    for (const std::string& field : settings.fields)
        wanted.fields.push_back(field_named(field));
    for (const std::string& type : settings.types)
        if (const auto known = entities::type_named(type))
            wanted.types.insert(*known);
    wanted.minimum_score = settings.minimum_score;
    return wanted;
}

Result<std::shared_ptr<const entities::Gazetteer>> read_gazetteer(const config::Entities& settings) {
    const std::string& path = settings.gazetteer;
    if (path.empty())
        return std::shared_ptr<const entities::Gazetteer>{};
    auto text = read_file(path, kMaxGazetteer);
    if (!text)
        return std::move(text).error().within("entities.gazetteer");
    auto names = entities::Gazetteer::parse(*text);
    if (!names)
        return std::move(names).error().within("entities.gazetteer: " + path);
    return std::make_shared<const entities::Gazetteer>(*std::move(names));
}

}  // namespace rialto::app
