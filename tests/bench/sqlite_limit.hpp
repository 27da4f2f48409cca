#pragma once

#include <chrono>
#include <filesystem>

namespace rialto::bench {

/// What a plain SQLite program reaches: WAL, synchronous=FULL, one thread that does nothing else.
enum class Rows {
    OfPost,  ///< What the server writes for one post: the post, its change, its event, and two deliveries. 64 a commit.
    OneOf2KiB,  ///< One row of the post's size without an index. 64 a commit.
    OfEvent     ///< An event of 700 bytes and a delivery of it. 100 a commit.
};

struct Commits {
    double per_second = 0;  ///< Posts or events.
    double slowest_ms = 0;  ///< Of all commits.
};

/// Throws if the database fails.
Commits sqlite_limit(const std::filesystem::path& parent, Rows rows, std::chrono::milliseconds time);

/// How many deliveries a second become messages of a queue, 512 a commit, and are forgotten with their events. Throws
/// if the database fails.
double sqlite_drain(const std::filesystem::path& parent);

}  // namespace rialto::bench
