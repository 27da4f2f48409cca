#include "rialto/mail/template.hpp"

#include <algorithm>
#include <utility>

#include "mail/text.hpp"
#include "rialto/base/encoding.hpp"

namespace rialto::mail {
namespace {

constexpr std::string_view kOpen = "{{";
constexpr std::string_view kLiteral = "{{{{";
constexpr std::string_view kClose = "}}";

bool is_name_character(char c) { return is_alphanumeric(c) || c == '_' || c == '-' || c == '.'; }

std::string join(std::span<const std::string_view> names) {
    std::string list;
    for (const auto name : names)
        list.append(list.empty() ? "" : ", ").append(name);
    return list;
}

Error wrong(std::string_view what, std::string_view text, std::size_t at) {
    const auto line = 1 + std::ranges::count(text.substr(0, at), '\n');
    return {Errc::InvalidArgument, std::string{what} + " at line " + std::to_string(line)};
}

/// The name in the placeholder that starts at `open`. `close` becomes where its closing braces are.
Result<std::string_view> parse_name(std::string_view text, std::size_t open, std::size_t& close) {
    close = text.find(kClose, open);
    if (close == std::string_view::npos)
        return wrong("{{ without its }}", text, open);
    const auto name = trim(text.substr(open + kOpen.size(), close - open - kOpen.size()));
    if (name.starts_with('{'))
        return wrong("{{{ means nothing (two braces as they are: {{{{)", text, open);
    if (name.empty() || !std::ranges::all_of(name, is_name_character))
        return wrong("a placeholder is {{name}}, the name of letters, digits, _, - and .; this is not one", text, open);
    return name;
}

}  // namespace

Result<Template> Template::parse(std::string_view text, std::span<const std::string_view> allowed) {
    Template result;
    Piece piece;
    std::size_t at = 0;
    for (std::size_t open = 0; (open = text.find(kOpen, at)) != std::string_view::npos;) {
        piece.text += text.substr(at, open - at);
        if (text.substr(open).starts_with(kLiteral)) {
            piece.text += kOpen;
            at = open + kLiteral.size();
            continue;
        }
        std::size_t close = 0;
        const auto name = parse_name(text, open, close);
        if (!name)
            return name.error();
        if (std::ranges::find(allowed, *name) == allowed.end()) {
            auto error = wrong("unknown placeholder {{" + std::string{*name} + "}}", text, open);
            error.message += ": allowed are " + join(allowed);
            return error;
        }
        piece.name = *name;
        result.pieces_.push_back(std::exchange(piece, {}));
        at = close + kClose.size();
    }
    piece.text += text.substr(at);
    result.pieces_.push_back(std::move(piece));
    return result;
}

std::string Template::render(const Values& values, Escape escape) const {
    std::string out;
    for (const auto& [text, name] : pieces_) {
        out += text;
        if (const auto value = values.find(name); value != values.end())
            out += escape == Escape::Html ? escape_html(value->second) : value->second;
    }
    return out;
}

}  // namespace rialto::mail
