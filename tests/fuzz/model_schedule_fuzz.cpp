// A schedule expression: what is taken ticks in ascending order, and as its copy does; what is not has AWS's reason.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "rialto/model/schedule.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rialto;
    const auto schedule = model::Schedule::parse({reinterpret_cast<const char*>(data), size});
    if (!schedule) {
        const bool is_aws = schedule.error().message == "Parameter ScheduleExpression is not valid.";
        return is_aws ? 0 : (std::abort(), 1);
    }
    const TimePoint created{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31} + 30s};
    TimePoint last = created;
    for (int tick = 0; tick < 20; ++tick) {
        const auto next = schedule->next(last, created);
        if (!next)
            break;
        if (*next <= last || schedule->next(*next - 1ms, created) != next)
            std::abort();
        last = *next;
    }
    return 0;
}
