#include "api/testing/duration.hpp"

#include <charconv>
#include <string>
#include <utility>

namespace rialto::api {

Result<Duration> read_duration(std::string_view text, Duration most) {
    constexpr std::pair<std::string_view, std::int64_t> kUnits[] = {
        {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
    std::int64_t amount = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), amount);
    const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
    for (const auto& [name, millis] : kUnits)
        if (failure == std::errc{} && amount >= 0 && unit == name && amount <= most.count() / millis)
            return Duration{amount * millis};
    return Error{Errc::InvalidArgument,
                 "must be a duration, such as 500ms, 30s, 5m, 1h or 7d, of at most " + std::to_string(most / 1s) + "s"};
}

}  // namespace rialto::api
