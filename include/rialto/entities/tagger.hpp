#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "rialto/base/result.hpp"

namespace rialto::entities {

/// The types of Amazon Comprehend's DetectEntities, in its order.
enum class Type { Person, Location, Organization, CommercialItem, Event, Date, Quantity, Title, Other };

/// "PERSON", "LOCATION", "ORGANIZATION", "COMMERCIAL_ITEM", "EVENT", "DATE", "QUANTITY", "TITLE", "OTHER".
std::string_view name_of(Type type);

struct Entity {
    Type type;
    std::size_t begin;  ///< Byte offsets into the text.
    std::size_t end;
    float score;  ///< Confidence, 0 to 1.
};

/// Finds named entities in English text: a linear-chain CRF over tokens. Immutable and thread-safe after it is made.
class Tagger {
public:
    /// The model that is built into the program. No copy is made of it: what is not touched is not in memory.
    static Result<Tagger> built_in();

    /// A model from a file's bytes, which must outlive the tagger. Corrupt if they are not a whole model of this
    /// version.
    static Result<Tagger> from_bytes(std::string_view model);

    Tagger(Tagger&&) noexcept;
    Tagger& operator=(Tagger&&) noexcept;
    ~Tagger();

    /// `text` is well-formed UTF-8 of any length; time is linear in it (about 2 MB/s). In order of occurrence, none
    /// overlap.
    std::vector<Entity> tag(std::string_view text) const;

    /// The same for one sentence that is in tokens already; `begin` and `end` then count tokens.
    std::vector<Entity> tag_tokens(const std::vector<std::string_view>& tokens) const;

private:
    struct Model;
    explicit Tagger(std::unique_ptr<const Model> model);
    std::unique_ptr<const Model> model_;
};

}  // namespace rialto::entities
