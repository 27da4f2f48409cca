#include "storage/sqlite/log_check.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rialto::storage::sqlite {
namespace {

constexpr std::size_t kHeader = 32;
constexpr std::size_t kFrameHeader = 24;
constexpr std::uint32_t kMagic = 0x377f0682;  // with a last bit: whether sums are of big-endian words
constexpr std::uint32_t kLargestPage = 65'536;

using Bytes = std::span<const std::byte>;

std::uint32_t big_endian(Bytes bytes, std::size_t at) {
    std::uint32_t value = 0;
    std::memcpy(&value, bytes.subspan(at, sizeof value).data(), sizeof value);
    return std::endian::native == std::endian::little ? std::byteswap(value) : value;
}

struct Sum {
    bool operator==(const Sum&) const = default;

    std::uint32_t first = 0;
    std::uint32_t second = 0;
};

Sum sum_at(Bytes bytes, std::size_t at) { return {big_endian(bytes, at), big_endian(bytes, at + 4)}; }

/// The sums of a log go on from frame to frame.
class Summing {
public:
    explicit Summing(bool big_endian_words) : swap_{big_endian_words != (std::endian::native == std::endian::big)} {}

    Sum operator()(Sum sum, Bytes bytes) const {
        for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
            sum.first += word(bytes, at) + sum.second;
            sum.second += word(bytes, at + 4) + sum.first;
        }
        return sum;
    }

private:
    std::uint32_t word(Bytes bytes, std::size_t at) const {
        std::uint32_t value = 0;
        std::memcpy(&value, &bytes[at], sizeof value);
        return swap_ ? std::byteswap(value) : value;
    }

    bool swap_;
};

/// A log, read frame by frame.
class Log {
public:
    /// Nothing if the file is none, or empty.
    static std::optional<Log> open(const std::filesystem::path& path) {
        std::ifstream file{path, std::ios::binary};
        std::array<std::byte, kHeader> header{};
        if (!read(file, header))
            return std::nullopt;
        const std::uint32_t magic = big_endian(header, 0);
        const std::uint32_t page = big_endian(header, 8);
        if ((magic & ~1U) != kMagic || !std::has_single_bit(page) || page < 512 || page > kLargestPage)
            return std::nullopt;
        const Summing summing{(magic & 1U) != 0};
        if (summing({}, Bytes{header}.first(24)) != sum_at(header, 24))
            return std::nullopt;
        return Log{std::move(file), summing, page, sum_at(header, 16), sum_at(header, 24)};
    }

    struct Frame {
        bool whole = false;    ///< It is of this log, and goes on from the one before it.
        bool commits = false;  ///< It ends a transaction.
    };
    std::optional<Frame> next() {
        if (!read(file_, frame_))
            return std::nullopt;
        const Bytes bytes{frame_};
        const Sum expected = summing_(summing_(last_, bytes.first(8)), bytes.subspan(kFrameHeader));
        last_ = sum_at(bytes, 16);
        return Frame{.whole = sum_at(bytes, 8) == salt_ && last_ == expected, .commits = big_endian(bytes, 4) != 0};
    }

    std::size_t frame_size() const { return frame_.size(); }

private:
    Log(std::ifstream file, Summing summing, std::size_t page, Sum salt, Sum last)
        : file_{std::move(file)}, summing_{summing}, frame_(kFrameHeader + page), salt_{salt}, last_{last} {}

    static bool read(std::ifstream& file, std::span<std::byte> into) {
        file.read(reinterpret_cast<char*>(into.data()), static_cast<std::streamsize>(into.size()));
        return file.good();
    }

    std::ifstream file_;
    Summing summing_;
    std::vector<std::byte> frame_;
    Sum salt_;
    Sum last_;  // of the frame before
};

Error damaged(const std::filesystem::path& path, std::size_t at) {
    return {
        Errc::Corrupt,
        path.string() + " is damaged at byte " + std::to_string(at) +
            ", and what was acknowledged after that would be lost: put a backup in the database's place, see Restore "
            "in docs/operations.md, or go on without by `truncate --size=" +
            std::to_string(at) + " " + path.string() + "`"};
}

}  // namespace

Status check_log(const std::filesystem::path& database) {
    const auto path = std::filesystem::path{database}.concat("-wal");
    auto log = Log::open(path);
    if (!log)
        return {};
    std::optional<std::size_t> first_bad;
    bool after_commit = false;
    std::size_t at = kHeader;
    for (auto frame = log->next(); frame; frame = log->next(), at += log->frame_size()) {
        if (!frame->whole && !first_bad)
            first_bad = at;
        if (frame->whole && first_bad && after_commit)
            return damaged(path, *first_bad);
        after_commit = frame->whole && frame->commits;
    }
    return {};
}

}  // namespace rialto::storage::sqlite
