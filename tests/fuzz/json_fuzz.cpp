#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "rialto/base/utf8.hpp"
#include "rialto/json/value.hpp"

using namespace rialto;

namespace {

void require(bool claim) {
    if (!claim)
        std::abort();
}

/// What was read is written, reads back as the same value and is written the same again.
void check_round_trip(std::string_view text, const json::ParseLimits& limits) {
    const auto value = json::parse(text, limits);
    if (!value) {
        require(is_utf8(value.error().message) && value.error().message.starts_with("line "));
        return;
    }
    const auto written = json::write(*value);
    require(is_utf8(written));
    const auto again = json::parse(written, limits);
    require(again && *again == *value && json::write(*again) == written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    check_round_trip(text, {});
    check_round_trip(text, {.depth = 10, .reject_duplicate_keys = false, .reject_half_pairs = false});

    const auto middle = text.find('\n');
    auto target = json::parse(text.substr(0, middle));
    const auto patch = middle == std::string_view::npos ? target : json::parse(text.substr(middle + 1));
    if (target && patch)
        json::merge_patch(*target, *patch);
    return 0;
}
