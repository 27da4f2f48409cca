#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rialto/base/result.hpp"
#include "rialto/storage/packed_text.hpp"
#include "storage/sqlite/connection.hpp"

/// What archived events are compressed with. See TextPacker.
namespace rialto::storage::sqlite {

/// They are made of pieces of events, so they go once there is no entry that could need one. Not while anything is
/// being archived.
void drop_needless_dictionaries(Connection& db);

struct LoadedPacker {
    std::unique_ptr<TextPacker> packer;
    std::int64_t learned_at = 0;  ///< The newest entry's number then.
};

/// With the dictionaries that are stored. Corrupt if one of them is none.
Result<LoadedPacker> load_packer(Connection& db);

struct Sample {
    std::int64_t looked_at = 0;      ///< The newest entry's number, if there was a look; else that of the last one.
    std::vector<std::string> texts;  ///< None if it is too early.
};

/// The beginnings of entries all over the newer half, so that no burst of one kind of event speaks for all. `looked_at`
/// is the last sample's. Reads 64 MiB at most.
Sample sample_entries(Connection& db, const TextPacker& packer, std::int64_t looked_at);

/// `at`: the sample's `looked_at`.
void store_dictionary(Connection& db, std::string_view text, std::int64_t at);

}  // namespace rialto::storage::sqlite
