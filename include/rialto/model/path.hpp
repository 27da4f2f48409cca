#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rialto/base/result.hpp"
#include "rialto/json/value.hpp"

namespace rialto::model {

/// The JSON paths of EventBridge's InputPath: `$`, then `.name` (letters, digits, `-`, `_`, `/`), `[n]` or `[*]`.
class Path {
public:
    /// InvalidArgument says which character is wrong and what is allowed.
    static Result<Path> parse(std::string_view text);

    /// The value that the path leads to; an array of all values if the path holds `[*]`. Nothing if it leads nowhere.
    std::optional<json::Value> find(const json::Value& root) const;

    const std::string& text() const { return text_; }
    bool operator==(const Path& other) const { return text_ == other.text_; }

private:
    struct AnyElement {};
    using Step = std::variant<std::string, std::size_t, AnyElement>;
    static Result<Step> parse_step(std::string_view text, std::size_t& at);
    static const json::Value* child(const json::Value& value, const Step& step);
    static void collect(const json::Value& value, const std::vector<Step>& steps, std::size_t step, json::Array& found);

    std::string text_;
    std::vector<Step> steps_;
};

}  // namespace rialto::model
