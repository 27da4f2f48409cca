#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rialto::pattern {

/// Text compared as AWS's equals-ignore-case does: each character of the pattern may stand in the event as its lower or
/// its upper case (full mappings, so ß may stand as SS). It is not symmetric. A character beyond the basic plane equals
/// itself only.
class FoldedText {
public:
    explicit FoldedText(std::string_view text);

    bool equals(std::string_view event) const;
    bool starts(std::string_view event) const;
    bool ends(std::string_view event) const;

private:
    struct Character {
        std::string lower;
        std::string upper;
    };
    bool take_all(std::string_view& event) const;

    std::vector<Character> characters_;
};

}  // namespace rialto::pattern
