#include "entity_settings.hpp"

#include <filesystem>
#include <fstream>
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
    std::error_code failure;
    const auto size = std::filesystem::file_size(path, failure);
    std::ifstream file{path, std::ios::binary};
    if (failure || !file)
        return Error{Errc::NotFound, "entities.gazetteer: " + path + ": cannot be read"};
    if (size > kMaxGazetteer)
        return Error{Errc::InvalidArgument, "entities.gazetteer: " + path + ": is larger than 16 MiB"};
    std::string text(size, '\0');
    file.read(text.data(), static_cast<std::streamsize>(size));
    text.resize(static_cast<std::size_t>(file.gcount()));
    auto names = entities::Gazetteer::parse(text);
    if (!names)
        return std::move(names).error().within("entities.gazetteer: " + path);
    return std::make_shared<const entities::Gazetteer>(*std::move(names));
}

}  // namespace rialto::app
