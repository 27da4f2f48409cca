#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "rialto/base/result.hpp"
#include "storage/sqlite/connection.hpp"

namespace rialto::storage::sqlite {

/// 'RLTO', in the header of every database of ours.
inline constexpr std::int64_t kApplicationId = 0x524C544F;

/// The version that this program writes.
std::int64_t schema_version();

/// With the file's name and, if it is damaged and not just unusable now, what to do.
Error about(const std::filesystem::path& file, Error error);

/// Opens the database for the writer, with all settings that durability rests on.
Result<std::unique_ptr<Connection>> open_for_writing(const std::filesystem::path& file);

Result<std::unique_ptr<Connection>> open_for_reading(const std::filesystem::path& file);

/// For copying the log of writes into the database only.
Result<std::unique_ptr<Connection>> open_for_checkpoints(const std::filesystem::path& file);

/// Checks that it is a database of ours and of no newer version, and brings it up to date, each version in one
/// transaction.
Status migrate(Connection& db, const std::filesystem::path& file);

}  // namespace rialto::storage::sqlite
