#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rialto/base/result.hpp"
#include "rialto/entities/tagger.hpp"

namespace rialto::entities {

/// Names of one's own that are found wherever they stand, whatever the model says. Immutable after it is made, so
/// thread-safe.
///
/// A line of the file is `TYPE TAB NAME`, TYPE being one of name_of()'s; empty lines and those that begin with `#` are
/// left out. A name with capitals is found as it is written and all in capitals; one without is found in any case; bent
/// quotes are as good as straight ones. The longest name counts. At most kMaxNames names of kMaxTokens tokens each, and
/// none with the end of a sentence in it ("Yahoo! Japan"), since names are looked for within sentences.
class Gazetteer {
public:
    static constexpr std::size_t kMaxNames = 200'000;
    static constexpr std::size_t kMaxTokens = 10;

    /// Finds nothing.
    Gazetteer() = default;

    /// InvalidArgument names the line that is malformed.
    static Result<Gazetteer> parse(std::string_view text);

    std::size_t size() const { return names_; }

    /// Puts the names that are in the sentence into `found`, which is in order and apart and stays so; what they
    /// overlap with goes. Offsets count tokens; the score is 1. At the end of a sentence the last token may have the
    /// sentence's full stop ("Plan B.").
    void put_into(const std::vector<std::string_view>& sentence, std::vector<Entity>& found) const;

    /// Whether this is a name, as it is written here.
    bool contains(std::string_view name) const;

private:
    struct Entry {
        bool is_name = false;
        Type type = Type::Other;
    };

    Status add(std::string_view line);
    Status add(std::string_view name, bool any_case, Type type);
    struct Reading;
    Entity match(const Reading& sentence, std::size_t at) const;

    std::unordered_map<std::uint64_t, Entry> phrases_;  ///< By the hash of their tokens; and their beginnings.
    std::size_t names_ = 0;
};

}  // namespace rialto::entities
