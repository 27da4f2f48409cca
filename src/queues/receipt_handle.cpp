#include "queues/receipt_handle.hpp"

#include <charconv>
#include <string_view>

#include "rialto/base/encoding.hpp"

namespace rialto::queues {
namespace {

/// The number before the next colon, which is taken off `text` with it.
std::optional<std::int64_t> take_number(std::string_view& text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end == text.data() + text.size() || *end != ':')
        return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
    return number;
}

}  // namespace

std::string write_handle(storage::QueueId queue, const Handle& handle) {
    const storage::Receipt& receipt = handle.receipt;
    std::string text = std::to_string(queue);
    for (const std::int64_t number : {receipt.row, receipt.receives, handle.received.time_since_epoch().count()})
        text += ':' + std::to_string(number);
    return to_base64(text + ':' + receipt.id);
}

std::optional<Handle> read_handle(const std::string& text, storage::QueueId queue) {
    const auto decoded = from_base64(text);
    if (!decoded)
        return std::nullopt;
    std::string_view rest = *decoded;
    const auto of = take_number(rest);
    const auto row = of ? take_number(rest) : std::nullopt;
    const auto receives = row ? take_number(rest) : std::nullopt;
    const auto received = receives ? take_number(rest) : std::nullopt;
    if (!received || *received < 0 || *of != queue)
        return std::nullopt;
    return Handle{.receipt = {.row = *row, .id = std::string{rest}, .receives = *receives},
                  .received = TimePoint{Duration{*received}}};
}

}  // namespace rialto::queues
