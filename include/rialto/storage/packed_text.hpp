#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rialto/base/result.hpp"

namespace rialto::storage {

/// Puts the JSON texts of events into less room, for an archive. Thread-safe.
///
/// Each is compressed alone, so that each can be read and dropped alone. With a dictionary of what such texts have in
/// common a quarter of it is left all the same (zstd), more than that without one (LZ4). One to three microseconds a
/// KiB.
class TextPacker {
public:
    TextPacker();
    ~TextPacker();
    TextPacker(const TextPacker&) = delete;
    TextPacker& operator=(const TextPacker&) = delete;

    /// Compressed, or as it is where that is not worth it.
    std::string pack(std::string_view json) const;

    /// The text again. Corrupt if it cannot be had from these bytes; what pack() left as it was always can. Unavailable
    /// if there is no memory.
    Result<std::string> unpack(std::string packed) const;

    /// From now on unpack() knows this dictionary, and pack() uses it in place of the one before, unless another of its
    /// id is known. Corrupt if it is none; Unavailable if there is no memory.
    Status add(std::string_view dictionary);

    /// Whether another dictionary of its id is known.
    bool has_another(std::string_view dictionary) const;

private:
    struct Dictionaries;
    std::unique_ptr<Dictionaries> dictionaries_;
};

/// A dictionary for texts like these, of at most 16 KiB: pieces of them. Nothing if it would not take an eighth off
/// what `packer` makes of them. A tenth of a second for half a MiB.
std::optional<std::string> train(const TextPacker& packer, const std::vector<std::string>& texts);

}  // namespace rialto::storage
