#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rialto::json {

/// Writes an object's text member by member. For what is made often, and for values that are JSON text already: a Value
/// would take them apart first. Names must differ.
class ObjectWriter {
public:
    /// `expected` is about how long the text will be.
    explicit ObjectWriter(std::size_t expected = 0) { out_.reserve(expected); }

    /// A member that is a string.
    ObjectWriter& text(std::string_view name, std::string_view value);
    /// A member that is any value, given as JSON.
    ObjectWriter& json(std::string_view name, std::string_view value);

    /// The whole object. Call once, last.
    std::string finish();

private:
    void begin_member(std::string_view name);

    std::string out_;
};

/// An array's text, from those of its elements.
std::string write_array(const std::vector<std::string>& elements);

}  // namespace rialto::json
