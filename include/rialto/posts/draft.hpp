#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <vector>

#include "rialto/json/value.hpp"
#include "rialto/storage/post_store.hpp"

namespace rialto::posts {

/// What an author writes. Lengths are in Unicode code points.
struct Draft {
    std::string author;  ///< 1 to 100, one line.
    std::string title;   ///< 1 to 200, one line.
    std::string body;    ///< 1 to 65,536; lines are allowed.
    std::string topic;   ///< 1 to 64, one line.
};

/// A field of a draft that is not as it must be.
struct Problem {
    std::string field;  ///< Empty: the draft as a whole.
    std::string message;
};

/// Reads a draft from JSON and names every field that is broken: missing, not a string, empty or only spaces, too long,
/// with control characters, or not known; of those that are not known, the first 20.
std::expected<Draft, std::vector<Problem>> read_draft(json::Value value);

/// The draft that a post holds, as JSON.
json::Object draft_of(const storage::Post& post);

/// The post as it stands on the wire, a JSON object's text: id, createdAt, author, title, body, topic; and updatedAt
/// and entities once there are any.
std::string to_json(const storage::Post& post);

}  // namespace rialto::posts
