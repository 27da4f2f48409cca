#pragma once

#include <chrono>
#include <filesystem>

namespace rialto::bench {

/// What a plain SQLite program reaches: WAL, synchronous=FULL, 64 posts a commit, one thread that does nothing else.
enum class Rows {
    OfPost,    ///< What the server writes for one post: the post, its change, its event, and two deliveries.
    OneOf2KiB  ///< One row of the post's size without an index.
};

/// Posts a second. Throws if the database fails.
double sqlite_limit(const std::filesystem::path& parent, Rows rows, std::chrono::milliseconds time);

}  // namespace rialto::bench
