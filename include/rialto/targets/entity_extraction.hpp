#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rialto/delivery/target.hpp"
#include "rialto/entities/tagger.hpp"
#include "rialto/posts/posts.hpp"
#include "rialto/targets/entity_reader.hpp"

namespace rialto::targets {

/// What of a post is read, and what of it is wanted. A post is read when it is new or has a new title or body; a change
/// of its author or topic alone does not make it be read again, whatever the fields.
struct ExtractionSettings {
    enum class Field : std::uint8_t { Title, Body, Author, Topic };

    std::vector<Field> fields{Field::Title, Field::Body};  ///< In this order.
    std::set<entities::Type> types;                        ///< Empty: all.
    double minimum_score = 0;                              ///< Inclusive, 0 to 1.
};

/// Finds the persons, locations, ... that a post mentions and writes them into it, if the title and body that were read
/// are still current; if they are not, reads again. Idempotent.
class EntityExtraction final : public delivery::SingleTarget {
public:
    /// Both must outlive it.
    EntityExtraction(posts::Posts& posts, const EntityReader& reader) : posts_{posts}, reader_{reader} {}

    /// For the posts that are read from now on. Thread-safe.
    void use(ExtractionSettings settings);

    Task<delivery::Outcome> deliver(const delivery::Attempt& attempt) override;

private:
    std::shared_ptr<const ExtractionSettings> settings() const;

    posts::Posts& posts_;
    const EntityReader& reader_;
    mutable std::mutex mutex_;  ///< Guards `settings_`.
    std::shared_ptr<const ExtractionSettings> settings_ = std::make_shared<const ExtractionSettings>();
};

/// Entities as a post carries them: `{"persons":["Joe"],"locations":["Spain"]}`. One list for each type that occurs,
/// each name once, in order of first mention, at most 100 a type.
std::string entities_json(std::string_view text, const std::vector<entities::Entity>& found);

}  // namespace rialto::targets
