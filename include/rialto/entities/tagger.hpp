#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "rialto/base/result.hpp"

namespace rialto::entities {

/// The types of Amazon Comprehend's DetectEntities, in its order.
enum class Type { Person, Location, Organization, CommercialItem, Event, Date, Quantity, Title, Other };
inline constexpr std::size_t kTypes = 9;

/// "PERSON", "LOCATION", "ORGANIZATION", "COMMERCIAL_ITEM", "EVENT", "DATE", "QUANTITY", "TITLE", "OTHER".
std::string_view name_of(Type type);
std::optional<Type> type_named(std::string_view name);

struct Entity {
    Type type;
    std::size_t begin;  ///< Byte offsets into the text.
    std::size_t end;
    float score;  ///< Confidence, 0 to 1.
};

class Gazetteer;

/// Finds named entities in English text: a linear-chain CRF over tokens, rules for dates and quantities, and a memory
/// for names that come again in the same text. Immutable and thread-safe after it is made.
class Tagger {
public:
    /// The model that is built into the program. No copy is made of it: what is not touched is not in memory.
    static Result<Tagger> built_in();

    /// A model from a file's bytes, which must outlive the tagger. All are read: Corrupt if they are not what was
    /// written, or of another version.
    static Result<Tagger> from_bytes(std::string_view model);

    Tagger(Tagger&&) noexcept;
    Tagger& operator=(Tagger&&) noexcept;
    ~Tagger();

    /// `text` is well-formed UTF-8 of any length (repair_utf8() makes it of any bytes); time is linear in it. In order
    /// of occurrence, none overlap. Names of `own`, if there is one, are found, too.
    std::vector<Entity> tag(std::string_view text, const Gazetteer* own = nullptr) const;

    /// Sentences of one text that are in tokens already; for each its entities, whose `begin` and `end` count tokens.
    /// A long sentence is cut as in tag(), so that time is linear.
    std::vector<std::vector<Entity>> tag_sentences(const std::vector<std::vector<std::string_view>>& sentences) const;

    class Reading;

private:
    friend class Reading;
    struct Model;
    static Result<Tagger> in_place(std::string_view model);
    explicit Tagger(std::unique_ptr<const Model> model);
    std::unique_ptr<const Model> model_;
};

/// A long text that is tagged step by step, so that others have their turn in between. Gives what tag() gives.
class Tagger::Reading {
public:
    /// All must outlive it; `own` may be null.
    Reading(const Tagger& tagger, std::string_view text, const Gazetteer* own);
    ~Reading();

    /// Reads on for about 16 KiB, which takes a few milliseconds. False at the end of the text.
    bool step();

    /// What was found so far, in order of occurrence.
    const std::vector<Entity>& found() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace rialto::entities
