#include "storage/sqlite/log_check.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rialto/storage/backup.hpp"
#include "storage/sqlite/directory.hpp"

namespace rialto::storage::sqlite {
namespace {

constexpr std::size_t kHeader = 32;
constexpr std::size_t kFrameHeader = 24;
constexpr std::size_t kPage = 4096;
constexpr std::size_t kSector = 512;
constexpr std::uint32_t kMagic = 0x377f0682;

using Bytes = std::span<const std::byte>;

/// Two words, as a sum or a salt has.
struct Pair {
    bool operator==(const Pair&) const = default;

    std::uint32_t first = 0;
    std::uint32_t second = 0;
};

std::uint32_t little_endian(Bytes bytes, std::size_t at) {
    std::uint32_t value = 0;
    std::memcpy(&value, bytes.subspan(at, sizeof value).data(), sizeof value);
    return std::endian::native == std::endian::little ? value : std::byteswap(value);
}

std::uint32_t big_endian(Bytes bytes, std::size_t at) { return std::byteswap(little_endian(bytes, at)); }

Pair pair_at(Bytes bytes, std::size_t at) { return {big_endian(bytes, at), big_endian(bytes, at + 4)}; }

/// Sums go on from frame to frame.
Pair sum(Pair before, Bytes bytes) {
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
        before.first += little_endian(bytes, at) + before.second;
        before.second += little_endian(bytes, at + 4) + before.first;
    }
    return before;
}

/// Of a log's header or one of its frames.
struct Frame {
    bool whole = false;    ///< It is of this log, and goes on from what is before it.
    bool commits = false;  ///< It ends a transaction.
};

/// Goes through a log, frame by frame.
class Log {
public:
    explicit Log(const std::filesystem::path& path) : file_{path, std::ios::binary} {}

    /// Nothing if the file is not there or empty.
    std::optional<Frame> header() {
        std::array<std::byte, kHeader> header{};
        if (!read(header))
            return std::nullopt;
        const Bytes bytes{header};
        last_ = pair_at(bytes, 24);
        const bool whole = big_endian(bytes, 0) == kMagic && sum({}, bytes.first(24)) == last_;
        if (whole)
            salt_ = pair_at(bytes, 16);
        return Frame{.whole = whole};
    }

    /// Nothing at the end. Without a header that is whole, the first frame tells of which log they are.
    std::optional<Frame> next() {
        if (!read(frame_))
            return std::nullopt;
        const Bytes bytes{frame_};
        if (!salt_)
            salt_ = pair_at(bytes, 8);
        const Pair expected = sum(sum(last_, bytes.first(8)), bytes.subspan(kFrameHeader));
        last_ = pair_at(bytes, 16);
        return Frame{.whole = pair_at(bytes, 8) == salt_ && last_ == expected, .commits = big_endian(bytes, 4) != 0};
    }

private:
    bool read(std::span<std::byte> into) {
        file_.read(reinterpret_cast<char*>(into.data()), static_cast<std::streamsize>(into.size()));
        return file_.good();
    }

    std::ifstream file_;
    std::vector<std::byte> frame_ = std::vector<std::byte>(kFrameHeader + kPage);
    std::optional<Pair> salt_;
    Pair last_;  // the sum of what was read last
};

/// Where the log is damaged.
std::optional<std::size_t> damage(Log& log) {
    const auto header = log.header();
    if (!header)
        return std::nullopt;
    std::optional<std::size_t> first_bad;
    if (!header->whole)
        first_bad = 0;
    bool after_commit = false;
    std::size_t at = kHeader;
    for (auto frame = log.next(); frame; frame = log.next(), at += kFrameHeader + kPage) {
        if (!frame->whole && !first_bad)
            first_bad = at;
        if (frame->whole && first_bad && after_commit)
            return first_bad;
        // Whether it is whole or not: what goes on from it proves that it was. But power that fails may leave half of
        // its header, with the sum of the log and the rest of one before it, where that lies in two sectors.
        after_commit = frame->commits && (frame->whole || at % kSector <= kSector - kFrameHeader);
    }
    return std::nullopt;
}

}  // namespace

Status check_log(const std::filesystem::path& database) {
    const auto path = std::filesystem::path{database}.concat("-wal");
    Log log{path};
    if (const auto at = damage(log))
        return Error{Errc::Corrupt, path.string() + " is damaged at byte " + std::to_string(*at) +
                                        ": what the database acknowledged after that would be lost; " +
                                        std::string{kRestoreIt}};
    return sync_if_there(path);
}

}  // namespace rialto::storage::sqlite
