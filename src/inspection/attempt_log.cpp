#include "rialto/inspection/attempt_log.hpp"

#include <utility>

#include "rialto/base/utf8.hpp"

namespace rialto::inspection {
namespace {

constexpr std::size_t kMessage = 1024;

bool is_meant(const AttemptFilter& filter, const LoggedAttempt& attempt) {
    const delivery::AttemptReport& report = attempt.report;
    return (!filter.event_id || *filter.event_id == report.event_id) && (!filter.bus || *filter.bus == report.bus) &&
           (!filter.rule || *filter.rule == report.rule) && (!filter.target || *filter.target == report.target_id) &&
           (!filter.outcome || *filter.outcome == report.result) &&
           (!filter.delivery || *filter.delivery == report.delivery) &&
           (!filter.before || attempt.cursor < *filter.before);
}

}  // namespace

void AttemptLog::attempted(delivery::AttemptReport report) {
    if (most_ == 0)
        return;
    report.parts.clear();  // each is attempted on its own
    if (report.error_message.size() > kMessage)
        report.error_message = std::string{utf8_prefix(report.error_message, kMessage)};
    const std::lock_guard lock{mutex_};
    attempts_.push_back({.cursor = ++last_, .report = std::move(report)});
    if (attempts_.size() > most_)
        attempts_.pop_front();
}

std::vector<LoggedAttempt> AttemptLog::find(const AttemptFilter& filter) const {
    std::vector<LoggedAttempt> found;
    const std::lock_guard lock{mutex_};
    for (auto attempt = attempts_.rbegin(); attempt != attempts_.rend() && found.size() < filter.limit; ++attempt)
        if (is_meant(filter, *attempt))
            found.push_back(*attempt);
    return found;
}

void AttemptLog::clear() {
    const std::lock_guard lock{mutex_};
    attempts_.clear();
}

}  // namespace rialto::inspection
