#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rialto/base/result.hpp"

namespace rialto::mail {

/// A text with `{{name}}` where a value shall stand; spaces inside the braces do not matter. A name is letters, digits,
/// `_`, `-` and `.`. `{{{{` stands for two braces as they are; `}}` outside a placeholder, and single braces, mean
/// nothing.
class Template {
public:
    enum class Escape { None, Html };
    using Values = std::map<std::string, std::string, std::less<>>;

    /// InvalidArgument says what is wrong, in which line, and which names are allowed.
    static Result<Template> parse(std::string_view text, std::span<const std::string_view> allowed);

    /// Values go in once and are never read as a template themselves. One that is missing is empty. `escape` is for the
    /// values only: the template's own text is its author's.
    std::string render(const Values& values, Escape escape) const;

private:
    /// What stands before a placeholder, and the placeholder's name; the name of the last piece is empty.
    struct Piece {
        std::string text;
        std::string name;
    };
    std::vector<Piece> pieces_;
};

}  // namespace rialto::mail
