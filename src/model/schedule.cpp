#include "rialto/model/schedule.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "model/schedule_cron.hpp"

namespace rialto::model {
namespace {

constexpr std::size_t kMaxLength = 256;
constexpr TimePoint kEnd = std::chrono::sys_days{std::chrono::year{Cron::kLastYear + 1} / 1 / 1};

/// What stands between the parentheses of `name(...)`.
std::optional<std::string_view> arguments_of(std::string_view text, std::string_view name) {
    if (!text.starts_with(name) || !text.ends_with(')'))
        return std::nullopt;
    return text.substr(name.size(), text.size() - name.size() - 1);
}

/// A unit is singular with 1, otherwise plural.
std::optional<Duration> unit_named(std::string_view name, bool is_plural) {
    if (is_plural != name.ends_with('s'))
        return std::nullopt;
    if (is_plural)
        name.remove_suffix(1);
    if (name == "minute")
        return 1min;
    if (name == "hour")
        return 1h;
    if (name == "day")
        return 24h;
    return std::nullopt;
}

/// `5 minutes`: leading zeros are allowed, a sign or a fraction is not.
std::optional<Duration> parse_rate(std::string_view text) {
    if (text.empty() || text[0] < '0' || text[0] > '9')
        return std::nullopt;
    std::int32_t count = 0;  // so that the period is well within what a Duration holds
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (failure != std::errc{} || count < 1)
        return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (!text.starts_with(' '))
        return std::nullopt;
    const auto unit = unit_named(text.substr(1), count != 1);
    return unit ? std::optional{*unit * count} : std::nullopt;
}

}  // namespace

Result<Schedule> Schedule::parse(std::string_view text) {
    if (text.size() <= kMaxLength) {
        const auto rate = arguments_of(text, "rate(");
        if (const auto period = rate ? parse_rate(*rate) : std::nullopt)
            return Schedule{text, *period, nullptr};
        const auto fields = arguments_of(text, "cron(");
        if (auto cron = fields ? parse_cron(*fields) : std::nullopt)
            return Schedule{text, Duration{0}, std::make_shared<const Cron>(std::move(*cron))};
    }
    return Error{Errc::InvalidArgument, "Parameter ScheduleExpression is not valid."};
}

std::optional<TimePoint> Schedule::next(TimePoint after, TimePoint created) const {
    after = std::max(after, created);
    if (cron_)
        return cron_->next(after);
    if (after >= kEnd)
        return std::nullopt;
    const auto tick = created + period_ * ((after - created) / period_ + 1);
    return tick < kEnd ? std::optional{tick} : std::nullopt;
}

}  // namespace rialto::model
