#include "rialto/model/schedule.hpp"

#include <catch2/catch.hpp>
#include <functional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "rialto/base/time.hpp"

using namespace rialto;
using namespace rialto::model;

namespace {

TimePoint at(std::string_view text) {
    const auto time = from_rfc3339(text);
    if (!time)
        throw std::invalid_argument{std::string{text}};
    return *time;
}

/// The ticks after `after`, at most `count`, as texts.
std::vector<std::string> ticks(std::string_view expression, std::string_view after, std::size_t count) {
    const auto schedule = Schedule::parse(expression);
    if (!schedule)
        return {schedule.error().message};
    std::vector<std::string> texts;
    std::optional<TimePoint> time = at(after);
    while (texts.size() < count && (time = schedule->next(*time, at("1970-01-01T00:00:00Z"))))
        texts.push_back(to_rfc3339_seconds(*time).substr(0, 16));
    return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a schedule that AWS takes is taken", "[model][schedule]") {
    for (const std::string_view text : {"rate(1 minute)",
                                        "rate(01 minute)",
                                        "rate(2 minutes)",
                                        "rate(1 hour)",
                                        "rate(24 hours)",
                                        "rate(1 day)",
                                        "rate(007 days)",
                                        "rate(10000 minutes)",
                                        "cron(0 10 * * ? *)",
                                        "cron(15 12 * * ? *)",
                                        "cron(0 18 ? * MON-FRI *)",
                                        "cron(0 8 1 * ? *)",
                                        "cron(0/15 * * * ? *)",
                                        "cron(5,35 14 * * ? *)",
                                        "cron(15 10 ? * 6L 2002-2005)",
                                        "cron(0 2 ? * SAT *)",
                                        "cron(* * ? * SAT#3 *)",
                                        "cron(0/5 5 ? JAN 1-5 2022)",
                                        "cron(0/30 20-2 ? * MON-FRI *)",
                                        "cron(0/10 * ? * MON-FRI *)",
                                        "cron(0 0 1 jan,Feb ? *)",
                                        "cron(0 0 ? * mon,WED,fRi *)",
                                        "cron(50-10/5 0 1 * ? *)",
                                        "cron(0 0 28-3 * ? *)",
                                        "cron(0 0 1 NOV-FEB ? *)",
                                        "cron(0 0 ? * FRI-MON *)",
                                        "cron(0/0 0 1 * ? *)",
                                        "cron(0/60 0 1 * ? *)",
                                        "cron(0/61 1/0 1 * ? *)",
                                        "cron(*/5 */2 */3 */4 ? */5)",
                                        "cron(0 0 L * ? *)",
                                        "cron(0 0 L-3 * ? *)",
                                        "cron(0 0 LW * ? *)",
                                        "cron(0 0 3W * ? *)",
                                        "cron(0 0 1-5W * ? *)",
                                        "cron(0 0 ? * L *)",
                                        "cron(0 0 ? * FRIL *)",
                                        "cron(0 0 ? * 3#2 *)",
                                        "cron(0 0 ? * MON#5 *)",
                                        "cron(0 0 1 1 ? 0)",
                                        "cron(0 0 1 1 ? 10001-99999999999999999999)",
                                        "cron(0 0 31 FEB ? *)",
                                        "cron(00 08 01 01 ? 2030)"}) {
        INFO(text);
        const auto schedule = Schedule::parse(text);
        REQUIRE(schedule);
        CHECK(schedule->text() == text);
    }
}

TEST_CASE("what AWS refuses is refused, with its text", "[model][schedule]") {
    for (const std::string_view text : {"",
                                        " ",
                                        "rate",
                                        "rate(",
                                        "rate()",
                                        "rate(10)",
                                        "rate(1 minutes)",
                                        "rate(1 hours)",
                                        "rate(1 days)",
                                        "rate(10 minute)",
                                        "rate(10 hour)",
                                        "rate(2 day)",
                                        "rate(0 minutes)",
                                        "rate(00 minutes)",
                                        "rate(-1 minute)",
                                        "rate(-10 minutes)",
                                        "rate(+1 minute)",
                                        "rate(1.5 minutes)",
                                        "rate(10 MINUTES)",
                                        "Rate(10 minutes)",
                                        "rate( 10 minutes )",
                                        " rate(10 minutes)",
                                        "rate(10 minutes) ",
                                        "rate(10  minutes)",
                                        "rate(10\tminutes)",
                                        "rate (10 minutes)",
                                        "rate(10minutes)",
                                        "rate(10 seconds)",
                                        "rate(2 weeks)",
                                        "rate(2 years)",
                                        "rate(2 minutess)",
                                        "rate(2 s)",
                                        "rate(1 )",
                                        "rate(99999999999999999999 days)",
                                        "rate(0x1 minute)",
                                        "at(2030-01-01T00:00:00)",
                                        "cron()",
                                        "cron(INVALID)",
                                        "cron(0 1 * * * *)",
                                        "cron(0 1 ? * ? *)",
                                        "cron(7 20 * * NOT *)",
                                        "cron(0 dummy ? * MON-FRI *)",
                                        "cron(71 8 1 * ? *)",
                                        "cron(0 24 1 * ? *)",
                                        "cron(0 0 0 * ? *)",
                                        "cron(0 0 32 * ? *)",
                                        "cron(0 0 1 0 ? *)",
                                        "cron(0 0 1 13 ? *)",
                                        "cron(0 0 ? * 0 *)",
                                        "cron(0 0 ? * 8 *)",
                                        "cron(0 0 1 * ?)",
                                        "cron(0 0 1 * ? * *)",
                                        "cron(? 0 1 * ? *)",
                                        "cron(0 ? 1 * ? *)",
                                        "cron(0 0 1 ? ? *)",
                                        "cron(0 0 1 * ? ?)",
                                        "cron( 0 0 1 * ? *)",
                                        "cron(0 0 1 * ? * )",
                                        "cron(0  0 1 * ? *)",
                                        "cron(0\t0 1 * ? *)",
                                        "CRON(0 0 1 * ? *)",
                                        "cron(0 0 1 * ? *",
                                        "cron 0 0 1 * ? *",
                                        "cron(0/-1 0 1 * ? *)",
                                        "cron(-1 0 1 * ? *)",
                                        "cron(0 0 1 * ? -5)",
                                        "cron(0 0 1 * ? 2030-2020)",
                                        "cron(0 0 ? * MON#0 *)",
                                        "cron(0 0 ? * MON#6 *)",
                                        "cron(0 0 ? * MON#1,TUE#2 *)",
                                        "cron(0 0 ? * MON,TUE#2 *)",
                                        "cron(0 0 ? * MON# *)",
                                        "cron(0 0 W * ? *)",
                                        "cron(0 0 L-31 * ? *)",
                                        "cron(0 0 L- * ? *)",
                                        "cron(0 0 1,? * ? *)",
                                        "cron(, 0 1 * ? *)",
                                        "cron(1, 0 1 * ? *)",
                                        "cron(1- 0 1 * ? *)",
                                        "cron(1/ 0 1 * ? *)",
                                        "cron(/5 0 1 * ? *)",
                                        "cron(** 0 1 * ? *)",
                                        "cron(0 0 1 JANUARY ? *)",
                                        "cron(0 0 1 JA ? *)",
                                        "cron(0 0 MON * ? *)",
                                        "cron(0 0 ? * JAN *)",
                                        "cron(0 0 ? * LW *)",
                                        "cron(0 0 ? * MONW *)",
                                        "cron(0 0 1L * ? *)",
                                        "cron(0.5 0 1 * ? *)",
                                        "cron(1-2-3 0 1 * ? *)",
                                        "cron(L 0 1 * ? *)"}) {
        INFO(text);
        const auto schedule = Schedule::parse(text);
        REQUIRE_FALSE(schedule);
        CHECK(schedule.error().code == Errc::InvalidArgument);
        CHECK(schedule.error().message == "Parameter ScheduleExpression is not valid.");
    }
}

TEST_CASE("a schedule has at most 256 characters", "[model][schedule]") {
    const auto padded = [](std::size_t size) { return "rate(" + std::string(size - 14, '0') + "1 minute)"; };

    CHECK(padded(256).size() == 256);
    CHECK(Schedule::parse(padded(256)));
    CHECK_FALSE(Schedule::parse(padded(257)));
}

TEST_CASE("a rate ticks a whole number of periods after it was made", "[model][schedule]") {
    const auto created = at("2026-03-01T12:00:30.250Z");
    const auto schedule = Schedule::parse("rate(5 minutes)").value();

    CHECK(schedule.next(created, created) == created + 5min);
    CHECK(schedule.next(created - 24h, created) == created + 5min);
    CHECK(schedule.next(created + 5min - 1ms, created) == created + 5min);
    CHECK(schedule.next(created + 5min, created) == created + 10min);
    CHECK(schedule.next(created + 24h * 365, created) == created + 24h * 365 + 5min);
    CHECK(Schedule::parse("rate(3 hours)")->next(created, created) == created + 3h);
    CHECK(Schedule::parse("rate(1 day)")->next(created, created) == created + 24h);
    CHECK_FALSE(Schedule::parse("rate(2147483647 days)")->next(created, created));
    CHECK_FALSE(schedule.next(at("2199-12-31T23:58:00Z"), created));
    CHECK_FALSE(schedule.next(TimePoint::max(), created));
}

TEST_CASE("a cron ticks at the minutes that it names", "[model][schedule]") {
    const std::string from = "2026-01-31T08:15:30Z";  // a Saturday
    const std::vector<std::pair<std::string, Texts>> cases{
        {"cron(* * * * ? *)", {"2026-01-31T08:16", "2026-01-31T08:17"}},
        {"cron(15 8 * * ? *)", {"2026-02-01T08:15", "2026-02-02T08:15"}},
        {"cron(0/15 8 * * ? *)", {"2026-01-31T08:30", "2026-01-31T08:45", "2026-02-01T08:00"}},
        {"cron(50-10/5 23 31 12 ? *)",
         {"2026-12-31T23:00", "2026-12-31T23:05", "2026-12-31T23:10", "2026-12-31T23:50", "2026-12-31T23:55"}},
        {"cron(0 20-2/3 1 2 ? *)", {"2026-02-01T02:00", "2026-02-01T20:00", "2026-02-01T23:00"}},
        {"cron(7/0 0 * * ? *)", {"2026-02-01T00:07", "2026-02-02T00:07"}},
        {"cron(7/60 0 * * ? *)", {"2026-02-01T00:07", "2026-02-02T00:07"}},
        {"cron(0 0 28-3 * ? *)",
         {"2026-02-01T00:00", "2026-02-02T00:00", "2026-02-03T00:00", "2026-02-28T00:00", "2026-03-01T00:00"}},
        {"cron(0 0 1 NOV-FEB ? *)", {"2026-02-01T00:00", "2026-11-01T00:00", "2026-12-01T00:00", "2027-01-01T00:00"}},
        {"cron(0 0 ? * FRI-MON *)", {"2026-02-01T00:00", "2026-02-02T00:00", "2026-02-06T00:00", "2026-02-07T00:00"}},
        {"cron(0 0 ? * 1 *)", {"2026-02-01T00:00", "2026-02-08T00:00"}},
        {"cron(0 0 ? * L *)", {"2026-02-07T00:00", "2026-02-14T00:00"}},
        {"cron(0 0 ? * 6L *)", {"2026-02-27T00:00", "2026-03-27T00:00", "2026-04-24T00:00"}},
        {"cron(0 0 ? * MONL,FRIL *)", {"2026-02-23T00:00", "2026-02-27T00:00", "2026-03-27T00:00"}},
        {"cron(0 0 ? * 3#2 *)", {"2026-02-10T00:00", "2026-03-10T00:00"}},
        {"cron(0 0 ? * MON#5 *)", {"2026-03-30T00:00", "2026-06-29T00:00"}},
        {"cron(0 9 L * ? *)", {"2026-01-31T09:00", "2026-02-28T09:00", "2026-03-31T09:00"}},
        {"cron(0 0 L-3 * ? *)", {"2026-02-25T00:00", "2026-03-28T00:00"}},
        {"cron(0 0 L-30 * ? *)", {"2026-03-01T00:00", "2026-05-01T00:00"}},
        {"cron(0 0 LW * ? *)", {"2026-02-27T00:00", "2026-03-31T00:00", "2026-04-30T00:00", "2026-05-29T00:00"}},
        {"cron(0 0 1W * ? *)", {"2026-02-02T00:00", "2026-03-02T00:00", "2026-04-01T00:00"}},
        {"cron(0 0 1W 8 ? *)", {"2026-08-03T00:00", "2027-08-02T00:00"}},
        {"cron(0 0 15W * ? *)", {"2026-02-16T00:00", "2026-03-16T00:00", "2026-04-15T00:00"}},
        {"cron(0 0 31W * ? *)", {"2026-03-31T00:00", "2026-05-29T00:00"}},
        {"cron(0 0 1-5W 2 ? *)", {"2026-02-02T00:00", "2026-02-03T00:00", "2026-02-04T00:00", "2026-02-05T00:00"}},
        {"cron(0 0 1,15,L * ? *)", {"2026-02-01T00:00", "2026-02-15T00:00", "2026-02-28T00:00", "2026-03-01T00:00"}},
        {"cron(0 0 29 2 ? *)", {"2028-02-29T00:00", "2032-02-29T00:00"}},
        {"cron(0 0 29 2 ? 2096-2105)", {"2096-02-29T00:00", "2104-02-29T00:00"}},
        {"cron(0 0 31 FEB ? *)", {}},
        {"cron(0 0 30 2,4 ? 2027)", {"2027-04-30T00:00"}},
        {"cron(15 10 ? * 6L 2002-2005)", {}},
        {"cron(0 0 1 1 ? 2027,2030/80)",
         {"2027-01-01T00:00", "2030-01-01T00:00", "2110-01-01T00:00", "2190-01-01T00:00"}},
        {"cron(0 0 1 1 ? */100)", {"2070-01-01T00:00", "2170-01-01T00:00"}},
        {"cron(0 0 1 1 ? 0)", {}},
        {"cron(0 0 1 1 ? 2199-9999999999)", {"2199-01-01T00:00"}},
        {"cron(59 23 31 12 ? *)", {"2026-12-31T23:59", "2027-12-31T23:59"}},
    };
    for (const auto& [expression, expected] : cases) {
        INFO(expression);
        CHECK(ticks(expression, from, std::max<std::size_t>(expected.size(), 1)) == expected);
    }
}

TEST_CASE("a cron ticks from 1970 to 2199, and never before it was made", "[model][schedule]") {
    const auto schedule = Schedule::parse("cron(* * * * ? *)").value();
    const auto epoch = at("1970-01-01T00:00:00Z");

    CHECK(schedule.next(TimePoint::min(), TimePoint::min()) == epoch);
    CHECK(schedule.next(epoch - 1ms, epoch - 1h) == epoch);
    CHECK(schedule.next(epoch, epoch) == epoch + 1min);
    CHECK(schedule.next(at("2199-12-31T23:58:00Z"), epoch) == at("2199-12-31T23:59:00Z"));
    CHECK_FALSE(schedule.next(at("2199-12-31T23:59:00Z"), epoch));
    CHECK_FALSE(schedule.next(TimePoint::max(), epoch));
    CHECK(schedule.next(epoch, at("2026-01-01T00:00:30Z")) == at("2026-01-01T00:01:00Z"));
}

namespace {

/// A field as text, and what it means, put in other words than the parser's.
template <class... Of>
struct Written {
    std::string text;
    std::function<bool(Of...)> holds;
};

struct Day {
    int day;
    int last;
    int weekday;  // from Sunday as 1

    int weekday_at(int other) const { return (weekday - 1 + other - day + 7 * 60) % 7 + 1; }
};

class Expressions {
public:
    explicit Expressions(unsigned seed) : random_{seed} {}

    int any(int least, int most) { return std::uniform_int_distribution{least, most}(random_); }

    Written<int> list(int least, int most) {
        auto one = range(least, most);
        if (any(0, 2) != 0)
            return one;
        auto other = range(least, most);
        return {one.text + "," + other.text, [a = one.holds, b = other.holds](int v) { return a(v) || b(v); }};
    }

    Written<int> range(int least, int most) {
        const int from = any(least, most);
        const int to = any(least, most);
        const int step = any(1, 7);
        const int count = most - least + 1;
        const auto name = [](int n) { return std::to_string(n); };
        switch (any(0, 4)) {
            case 0:
                return {"*", [](int) { return true; }};
            case 1:
                return {name(from), [from](int v) { return v == from; }};
            case 2:
                return {name(from) + "-" + name(to),
                        [from, to](int v) { return from <= to ? v >= from && v <= to : v >= from || v <= to; }};
            case 3:
                return {name(from) + "/" + name(step),
                        [from, step](int v) { return v >= from && (v - from) % step == 0; }};
            default:
                return {name(from) + "-" + name(to) + "/" + name(step), [=](int v) {
                            const int distance = (v - from + count) % count;
                            return distance <= (to - from + count) % count && distance % step == 0;
                        }};
        }
    }

    /// The two day fields.
    Written<Day> days() {
        if (any(0, 1) == 0) {
            auto day = day_of_month();
            return {day.text + " %s ?", day.holds};
        }
        auto day = day_of_week();
        return {"? %s " + day.text, day.holds};
    }

private:
    Written<Day> day_of_month() {
        const int n = any(1, 31);
        switch (any(0, 4)) {
            case 0:
                return {"L", [](Day d) { return d.day == d.last; }};
            case 1:
                return {"L-" + std::to_string(n - 1), [n](Day d) { return d.last - d.day == n - 1; }};
            case 2:
                return {"LW", [](Day d) { return is_nearest(d, d.last); }};
            case 3:
                return {std::to_string(n) + "W", [n](Day d) { return n <= d.last && is_nearest(d, n); }};
            default: {
                auto plain = list(1, 31);
                return {plain.text, [holds = plain.holds](Day d) { return holds(d.day); }};
            }
        }
    }

    Written<Day> day_of_week() {
        const int weekday = any(1, 7);
        const int nth = any(1, 5);
        switch (any(0, 3)) {
            case 0:
                return {"L", [](Day d) { return d.weekday == 7; }};
            case 1:
                return {std::to_string(weekday) + "L",
                        [=](Day d) { return d.weekday == weekday && d.day + 7 > d.last; }};
            case 2:
                return {std::to_string(weekday) + "#" + std::to_string(nth),
                        [=](Day d) { return d.weekday == weekday && (d.day + 6) / 7 == nth; }};
            default: {
                auto plain = list(1, 7);
                return {plain.text, [holds = plain.holds](Day d) { return holds(d.weekday); }};
            }
        }
    }

    /// Of the working days of the month none is nearer to `wanted`: by the definition, one day after the other.
    static bool is_nearest(const Day& d, int wanted) {
        for (const int distance : {0, -1, 1, -2, 2}) {
            const int candidate = wanted + distance;
            const int weekday = d.weekday_at(candidate);
            if (candidate >= 1 && candidate <= d.last && weekday >= 2 && weekday <= 6)
                return candidate == d.day;
        }
        return false;
    }

    std::mt19937 random_;
};

}  // namespace

TEST_CASE("the next tick is what looking at each minute finds", "[model][schedule]") {
    using namespace std::chrono;
    for (unsigned seed = 0; seed < 600; ++seed) {
        Expressions any{seed};
        const auto minute = any.list(0, 59);
        const auto hour = any.list(0, 23);
        const auto days = any.days();
        const auto month = any.list(1, 12);
        const auto gap = days.text.find("%s");
        const std::string text = "cron(" + minute.text + " " + hour.text + " " +
                                 std::string{days.text}.replace(gap, 2, month.text) + " 2026-2029)";
        INFO("seed " << seed << ": " << text);
        const auto schedule = Schedule::parse(text);
        REQUIRE(schedule);

        const auto start = sys_days{year{2026} / 12 / 1} + minutes{any.any(0, 2 * 366 * 24 * 60)};
        const auto horizon = start + std::chrono::days{70};
        std::optional<TimePoint> expected;
        for (auto time = start + 1min; time <= horizon && !expected; time += 1min) {
            const auto today = floor<std::chrono::days>(time);
            const year_month_day date{today};
            const Day day{static_cast<int>(static_cast<unsigned>(date.day())),
                          static_cast<int>(static_cast<unsigned>((date.year() / date.month() / last).day())),
                          static_cast<int>(weekday{today}.c_encoding()) + 1};
            const int of_day = static_cast<int>((time - today) / 1min);
            if (minute.holds(of_day % 60) && hour.holds(of_day / 60) && days.holds(day) &&
                month.holds(static_cast<int>(static_cast<unsigned>(date.month()))))
                expected = time;
        }

        const auto found = schedule->next(start + 59'999ms, start - 24h);
        if (expected)
            CHECK(found == expected);
        else
            CHECK((!found || *found > horizon));
    }
}
