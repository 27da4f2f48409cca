#include "bus/schedule_marks.hpp"

#include <string>
#include <utility>

#include "rialto/json/members.hpp"

namespace rialto::bus {
namespace {

using json::text_of;

/// Empty while the rule is disabled.
std::string schedule_of(const json::Object& rule) {
    return text_of(rule, "State") == "DISABLED" ? std::string{} : text_of(rule, "ScheduleExpression");
}

storage::ResourceChange row_of(const std::string& key, std::optional<std::string> document) {
    return {std::string{name_of(Kind::Fired)}, key, std::move(document)};
}

}  // namespace

std::vector<storage::ResourceChange> mark_new_schedules(Layers& layers, TimePoint now) {
    std::vector<storage::ResourceChange> rows;
    auto& marks = of_kind(layers.made, Kind::Fired);
    const auto& declared = of_kind(layers.declared, Kind::Rule);
    std::erase_if(marks, [&](const auto& mark) {
        const auto rule = declared.find(mark.first);
        const bool is_gone =
            rule == declared.end() ? !layers.find(Kind::Rule, mark.first) : schedule_of(*rule->second).empty();
        if (is_gone)
            rows.push_back(row_of(mark.first, std::nullopt));
        return is_gone;
    });
    for (const auto& [key, rule] : declared) {
        const std::string schedule = schedule_of(*rule);
        const auto mark = marks.find(key);
        if (schedule.empty() || (mark != marks.end() && text_of(*mark->second, "ScheduleExpression") == schedule))
            continue;
        const auto at = now.time_since_epoch().count();
        json::Object fired{{"At", at}, {"Since", at}, {"ScheduleExpression", schedule}};
        rows.push_back(row_of(key, json::write(fired)));
        marks[key] = std::make_shared<const json::Object>(std::move(fired));
    }
    return rows;
}

}  // namespace rialto::bus
