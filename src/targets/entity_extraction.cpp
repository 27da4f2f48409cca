#include "rialto/targets/entity_extraction.hpp"

#include <utility>

#include "rialto/base/crash_point.hpp"
#include "rialto/entities/groups.hpp"
#include "targets/event_text.hpp"

namespace rialto::targets {
namespace {

using Field = ExtractionSettings::Field;

constexpr std::size_t kMaxOfOneType = 100;

/// How often a text is read anew because it changed under our hands; after that the delivery is tried again later.
constexpr int kReadings = 5;

const std::string& field_of(const storage::Post& post, Field field) {
    switch (field) {
        case Field::Title:
            return post.title;
        case Field::Author:
            return post.author;
        case Field::Topic:
            return post.topic;
        case Field::Body:
            break;
    }
    return post.body;
}

/// The fields as paragraphs.
std::string text_of(const storage::Post& post, const std::vector<Field>& fields) {
    std::string text;
    for (const Field field : fields)
        text.append(text.empty() ? "" : "\n\n").append(field_of(post, field));
    return text;
}

void keep_wanted(std::vector<entities::Entity>& found, const ExtractionSettings& settings) {
    const auto least = static_cast<float>(settings.minimum_score);  // So that 0.9 is not less than 0.9.
    std::erase_if(found, [&settings, least](const entities::Entity& entity) {
        const bool wanted = settings.types.empty() || settings.types.contains(entity.type);
        return !wanted || entity.score < least;
    });
}

}  // namespace

std::string entities_json(std::string_view text, const std::vector<entities::Entity>& found) {
    json::Object object;
    for (entities::Group& group : entities::group(text, found, kMaxOfOneType)) {
        json::Array names;
        for (std::string& name : group.names)
            names.emplace_back(std::move(name));
        object.set(std::string{entities::group_name_of(group.type)}, std::move(names));
    }
    return json::write(object);
}

void EntityExtraction::use(ExtractionSettings settings) {
    auto next = std::make_shared<const ExtractionSettings>(std::move(settings));
    const std::lock_guard guard{mutex_};
    settings_ = std::move(next);
}

std::shared_ptr<const ExtractionSettings> EntityExtraction::settings() const {
    const std::lock_guard guard{mutex_};
    return settings_;
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

        const auto wanted = settings();
        const std::string text = text_of(*post, wanted->fields);
        auto found = co_await reader_.read(text);
        if (!found)
            co_return delivery::failed(std::move(found).error());
        keep_wanted(*found, *wanted);
        auto written = co_await posts_.set_entities(*id, post->text_version, entities_json(text, *found));
        crash_point("entities.unrecorded");
        if (!written)
            co_return delivery::failed(std::move(written).error());
        if (*written)
            co_return delivery::Delivered{};
    }
    co_return delivery::failed(Error{Errc::Conflict, "the post changes faster than it can be read"});
}

}  // namespace rialto::targets
