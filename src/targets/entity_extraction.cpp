#include "rialto/targets/entity_extraction.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "rialto/base/crash_point.hpp"
#include "targets/event_text.hpp"

namespace rialto::targets {
namespace {

constexpr std::size_t kMaxOfOneType = 100;

/// How often a text is read anew because it changed under our hands; after that the delivery is tried again later.
constexpr int kReadings = 5;

/// By entities::Type.
constexpr std::array<std::string_view, 9> kMembers{
    "persons", "locations", "organizations", "commercialItems", "events", "dates", "quantities", "titles", "others"};

}  // namespace

std::string entities_json(std::string_view text, const std::vector<entities::Entity>& found) {
    json::Object object;
    for (std::size_t type = 0; type < kMembers.size(); ++type) {
        json::Array texts;
        for (const auto& entity : found) {
            json::Value mention{text.substr(entity.begin, entity.end - entity.begin)};
            if (static_cast<std::size_t>(entity.type) == type && texts.size() < kMaxOfOneType &&
                std::ranges::find(texts, mention) == texts.end())
                texts.push_back(std::move(mention));
        }
        if (!texts.empty())
            object.set(std::string{kMembers.at(type)}, std::move(texts));
    }
    return json::write(object);
}

Task<delivery::Outcome> EntityExtraction::deliver(const delivery::Attempt& attempt) {
    auto id = text_at(attempt.event, std::get<model::EntitiesTarget>(attempt.target).post_path);
    if (!id)
        co_return delivery::failed(std::move(id).error());
    for (int reading = 0; reading < kReadings; ++reading) {
        auto post = co_await posts_.get(*id);
        if (post ? post->entities.has_value() : post.error().code == Errc::NotFound)
            co_return delivery::Delivered{};  // read already, or removed
        if (!post)
            co_return delivery::failed(std::move(post).error());

        auto tag = [this, text = post->title + "\n\n" + post->body]() -> Result<std::string> {
            return entities_json(text, tagger_.tag(text));
        };
        auto entities = co_await pool_.run(std::move(tag));
        if (!entities)
            co_return delivery::failed(std::move(entities).error());
        auto written = co_await posts_.set_entities(*id, post->text_version, std::move(*entities));
        crash_point("entities.unrecorded");
        if (!written)
            co_return delivery::failed(std::move(written).error());
        if (*written)
            co_return delivery::Delivered{};
    }
    co_return delivery::failed(Error{Errc::Conflict, "the post changes faster than it can be read"});
}

}  // namespace rialto::targets
