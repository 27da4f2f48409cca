#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rialto::oracle {

/// Text as it is meant and as it was spelled: {"é", "\"\\u00e9\""} for a string, {"1e2", "1e2"} for a number.
struct Text {
    std::string value;
    std::string source;
};

/// A JSON value in which nothing is lost: members in order and as often as they came, and how everything was spelled.
struct Json {
    enum class Kind { Null, True, False, Number, String, Array, Object };

    explicit Json(Kind k = Kind::Null, Text t = {}) : kind{k}, text{std::move(t)} {}

    Kind kind;
    Text text;                 ///< Of a number or a string.
    std::vector<Text> names;   ///< Of an object: one for each of `values`.
    std::vector<Json> values;  ///< Of an array or an object.

    bool is_scalar() const { return kind != Kind::Array && kind != Kind::Object; }
};

enum class Rest { Refused, Ignored };

/// Strict RFC 8259 with at most 1000 levels; nothing for any other text. `rest`: what may follow the value. Half of a
/// surrogate pair is read as a question mark, which is what Java writes for it.
std::optional<Json> parse_json(std::string_view text, Rest rest);

/// Without spaces, everything spelled as it was.
std::string write_json(const Json& json);

/// A string with only the escapes that JSON demands.
Json string_json(std::string value);
Json number_json(std::string text);

}  // namespace rialto::oracle
