#include "rialto/base/id.hpp"

#include <sys/random.h>

#include <algorithm>
#include <cstdlib>

#include "rialto/base/encoding.hpp"

namespace rialto {
namespace {

using Uuid = std::array<std::byte, 16>;

std::string print(Uuid uuid, unsigned version) {
    uuid[6] = (uuid[6] & std::byte{0x0f}) | static_cast<std::byte>(version << 4U);
    uuid[8] = (uuid[8] & std::byte{0x3f}) | std::byte{0x80};
    const std::string hex = to_hex({reinterpret_cast<const char*>(uuid.data()), uuid.size()});
    std::string text;
    text.reserve(36);
    for (std::size_t i = 0; i < hex.size(); ++i) {
        if (i == 8 || i == 12 || i == 16 || i == 20)
            text += '-';
        text += hex[i];
    }
    return text;
}

void ask_kernel(std::span<std::byte> bytes) {
    while (!bytes.empty()) {
        const auto count = getrandom(bytes.data(), bytes.size(), 0);
        if (count < 0 && errno != EINTR)
            std::abort();  // no randomness, no tokens: there is nothing safe to go on with
        if (count > 0)
            bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
}

/// Bytes that the kernel gave in advance, each used once: a call for every id would cost more than the id.
class Stock {
public:
    void take(std::span<std::byte> bytes) {
        if (left_ < bytes.size()) {
            ask_kernel(bytes_);
            left_ = bytes_.size();
        }
        left_ -= bytes.size();
        const auto taken = std::span{bytes_}.subspan(left_, bytes.size());
        std::ranges::copy(taken, bytes.begin());
        std::ranges::fill(taken, std::byte{0});
    }

private:
    std::array<std::byte, 2048> bytes_{};
    std::size_t left_ = 0;
};

}  // namespace

void SystemRandom::fill(std::span<std::byte> bytes) {
    constexpr std::size_t kSmall = 64;
    thread_local Stock stock;
    if (bytes.size() <= kSmall)
        stock.take(bytes);
    else
        ask_kernel(bytes);
}

std::string uuid_v4(Random& random) {
    Uuid uuid{};
    random.fill(uuid);
    return print(uuid, 4);
}

std::string uuid_of(std::string_view name) {
    const std::string hash = sha256(name);
    Uuid uuid{};
    std::ranges::transform(std::string_view{hash}.substr(0, uuid.size()), uuid.begin(),
                           [](char byte) { return static_cast<std::byte>(byte); });
    return print(uuid, 8);
}

std::string random_token(Random& random, std::size_t bytes) {
    std::string token(bytes, '\0');
    random.fill(std::as_writable_bytes(std::span{token}));
    return to_base64url(token);
}

std::string SortableIds::next() {
    const auto millis = static_cast<std::uint64_t>(clock_.now().time_since_epoch().count());
    std::uint64_t stamp = 0;
    {
        const std::lock_guard lock{mutex_};
        // A full counter borrows from the next millisecond, so order holds at any rate.
        last_ = std::max(last_ + 1, millis << 12U);
        stamp = last_;
    }
    Uuid uuid{};
    random_.fill(std::span{uuid}.subspan(8));
    const std::uint64_t head = ((stamp >> 12U) << 16U) | (stamp & 0xfffU);
    for (std::size_t i = 0; i < 8; ++i)
        uuid[i] = static_cast<std::byte>(head >> (56 - 8 * i));
    return print(uuid, 7);
}

}  // namespace rialto
