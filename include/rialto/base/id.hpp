#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "rialto/base/clock.hpp"

namespace rialto {

/// Where unpredictable bytes come from. Thread-safe.
class Random {
public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::byte> bytes) = 0;
};

/// The operating system's generator: fit for tokens.
class SystemRandom final : public Random {
public:
    void fill(std::span<std::byte> bytes) override;
};

/// A random UUID (RFC 9562 version 4), lower case.
std::string uuid_v4(Random& random);

/// The UUID of a name (RFC 9562 version 8, of the name's SHA-256), lower case: the same name always has the same.
std::string uuid_of(std::string_view name);

/// `bytes` random bytes as unpadded base64url, for tokens that nobody may guess (16 bytes or more).
std::string random_token(Random& random, std::size_t bytes);

/// UUIDs of version 7 (RFC 9562): they sort, as text, in the order in which they were made, also within one
/// millisecond and when the clock steps back. Thread-safe.
class SortableIds {
public:
    SortableIds(const Clock& clock, Random& random) : clock_{clock}, random_{random} {}
    std::string next();

private:
    const Clock& clock_;
    Random& random_;
    std::mutex mutex_;        // guards last_
    std::uint64_t last_ = 0;  // milliseconds << 12 | counter
};

}  // namespace rialto
