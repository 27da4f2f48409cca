#include "model/template.hpp"

#include <algorithm>
#include <array>

namespace rialto::model {
namespace {

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
}

/// The name between the angle brackets with which `text` begins; empty if that is no placeholder.
std::string_view placeholder_name(std::string_view text) {
    if (!text.starts_with('<'))
        return {};
    const auto name = text.substr(1, text.find('>') - 1);
    const bool is_closed = name.size() + 1 < text.size();
    const bool has_dot = name.contains('.');
    if (!is_closed || !std::ranges::all_of(name, is_name_character) || (has_dot && !name.starts_with("aws.events.")))
        return {};
    return name;
}

/// Follows the quotes of JSON text.
class Quotes {
public:
    void pass(char c) {
        if (is_escaped_)
            is_escaped_ = false;
        else if (c == '\\')
            is_escaped_ = is_open_;
        else if (c == '"')
            is_open_ = !is_open_;
    }
    bool is_open() const { return is_open_; }

private:
    bool is_open_ = false;
    bool is_escaped_ = false;
};

}  // namespace

std::vector<Piece> split_template(std::string_view text) {
    std::vector<Piece> pieces;
    Quotes quotes;
    std::size_t start = 0;
    std::size_t at = 0;
    const auto end_text = [&] {
        if (at > start)
            pieces.push_back({.text = text.substr(start, at - start), .name = {}, .is_quoted = false});
    };
    while (at < text.size()) {
        const auto name = placeholder_name(text.substr(at));
        if (name.empty()) {
            quotes.pass(text[at++]);
            continue;
        }
        end_text();
        const auto length = name.size() + 2;
        pieces.push_back({.text = text.substr(at, length), .name = name, .is_quoted = quotes.is_open()});
        at += length;
        start = at;
    }
    end_text();
    return pieces;
}

bool is_object_template(std::string_view text) { return text.starts_with('{'); }

bool is_reserved(std::string_view name) {
    static constexpr std::array kReserved{kRuleArn, kRuleName, kIngestionTime, kEvent, kEventJson};
    return std::ranges::find(kReserved, name) != kReserved.end();
}

}  // namespace rialto::model
