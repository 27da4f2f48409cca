#include "config/variables.hpp"

#include <algorithm>
#include <utility>

namespace rialto::config {

namespace {

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_name(std::string_view text) {
    return !text.empty() && is_letter(text.front()) &&
           std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c); });
}

class Expander {
public:
    Expander(const Environment& environment, Problems& problems) : environment_{environment}, problems_{problems} {}

    void expand(Node& node) {
        for (auto& item : node.items)
            expand(item);
        for (auto& entry : node.entries)
            expand(entry.value);
        if (node.is(Node::Kind::Scalar) && node.text.contains('$'))
            expand_scalar(node);
    }

private:
    void expand_scalar(Node& node) {
        auto expanded = expand_text(node.text);
        if (!expanded) {
            problems_.add(node.mark, std::move(expanded).error().message);
            node.kind = Node::Kind::Broken;
            return;
        }
        if (*expanded == node.text)
            return;
        node.written = std::exchange(node.text, std::move(*expanded));
    }

    Result<std::string> expand_text(std::string_view text) {
        std::string expanded;
        while (!text.empty()) {
            const auto dollar = std::min(text.find('$'), text.size());
            expanded += text.substr(0, dollar);
            text.remove_prefix(dollar);
            if (text.starts_with("${")) {
                auto value = variable(text);
                if (!value)
                    return value;
                expanded += *value;
            } else if (!text.empty()) {
                expanded += '$';
                text.remove_prefix(text.starts_with("$$") ? 2 : 1);
            }
        }
        return within_bounds(std::move(expanded));
    }

    /// The value of the `${...}` that `text` starts with, which is then cut off.
    Result<std::string> variable(std::string_view& text) const {
        const auto end = text.find('}');
        const auto inside = text.substr(2, end == std::string_view::npos ? end : end - 2);
        const auto name = inside.substr(0, inside.find(":-"));
        if (end == std::string_view::npos || !is_name(name))
            return Error{Errc::InvalidArgument, "a variable is written ${NAME} or ${NAME:-default}; $$ is a dollar"};
        text.remove_prefix(end + 1);

        const auto value = environment_ ? environment_(name) : std::nullopt;
        if (name.size() == inside.size() && !value)
            return Error{Errc::InvalidArgument, "the variable " + std::string{name} +
                                                    " is not set; set it, or give a default: ${" + std::string{name} +
                                                    ":-default}"};
        if (name.size() == inside.size() || (value && !value->empty()))
            return *value;
        return std::string{inside.substr(name.size() + 2)};
    }

    Result<std::string> within_bounds(std::string expanded) {
        bytes_ += expanded.size();
        if (bytes_ > kMaxExpanded)
            return Error{Errc::InvalidArgument, "the variables' values are too long; 4 MiB are allowed in all"};
        return expanded;
    }

    const Environment& environment_;
    Problems& problems_;
    std::size_t bytes_ = 0;
};

}  // namespace

void expand_variables(Node& root, const Environment& environment, Problems& problems) {
    Expander{environment, problems}.expand(root);
}

}  // namespace rialto::config
