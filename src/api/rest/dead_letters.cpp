#include "api/rest/dead_letters.hpp"

#include <array>
#include <limits>
#include <string_view>
#include <utility>

#include "api/rest/answers.hpp"
#include "api/rest/delivery_json.hpp"
#include "rialto/base/time.hpp"

namespace rialto::api {
namespace {

constexpr std::int64_t kDefaultPage = 50;
constexpr std::int64_t kLargestPage = 200;
constexpr std::int64_t kFastest = 1'000'000;  // redriven a second
constexpr std::size_t kRedrivenAtOnce = 100;  // in one transaction
constexpr std::int64_t kMicrosPerSecond = 1'000'000;

json::Object to_json(const storage::DeadLetter& letter) {
    json::Object object{{"id", std::to_string(letter.id)},
                        {"bus", letter.bus},
                        {"ruleArn", letter.rule},
                        {"target", stored_json(letter.target)},
                        {"attempts", letter.attempts},
                        {"errorCode", letter.error_code},
                        {"errorMessage", letter.error_message},
                        {"diedAt", to_rfc3339(letter.died)},
                        {"ingestedAt", to_rfc3339(letter.ingested)},
                        {"event", stored_json(letter.envelope)}};
    if (letter.delivery != 0)
        object.set("deliveryId", std::to_string(letter.delivery));
    if (!letter.part.empty())
        object.set("part", letter.part);
    if (!letter.exhausted.empty())
        object.set("exhaustedRetryCondition", letter.exhausted);
    return object;
}

Result<std::optional<TimePoint>> time_of(const Query& query, std::string_view name) {
    const std::string* text = query.find(name);
    if (!text)
        return std::nullopt;
    const auto time = from_rfc3339(*text);
    if (!time)
        return Error{Errc::InvalidArgument, std::string{name} + " must be a time, such as 2026-01-31T08:15:30Z"};
    return std::optional{*time};
}

/// Which dead letters a request means.
Result<storage::DeadLetterFilter> filter_of(const Query& query) {
    const auto from = time_of(query, "diedFrom");
    if (!from)
        return from.error();
    const auto before = time_of(query, "diedBefore");
    if (!before)
        return before.error();
    return storage::DeadLetterFilter{.bus = optional_text(query, "bus"),
                                     .rule = optional_text(query, "rule"),
                                     .target = optional_text(query, "target"),
                                     .event_id = optional_text(query, "eventId"),
                                     .error_code = optional_text(query, "errorCode"),
                                     .died_from = *from,
                                     .died_before = *before,
                                     .up_to = {}};
}

/// What changes many dead letters must say which, or that it means all: a mistake in a name shall not empty the store.
Result<storage::DeadLetterFilter> meant_by(const Query& query) {
    constexpr std::array<std::string_view, 9> kKnown{"bus",      "rule",       "target", "eventId", "errorCode",
                                                     "diedFrom", "diedBefore", "all",    "rate"};
    if (const std::string* stranger = query.stranger(kKnown))
        return Error{Errc::InvalidArgument, "there is no parameter " + *stranger};
    auto filter = filter_of(query);
    if (!filter)
        return filter;
    const bool is_filtered = filter->bus || filter->rule || filter->target || filter->event_id || filter->error_code ||
                             filter->died_from || filter->died_before;
    const std::string* all = query.find("all");
    if (is_filtered == (all && *all == "true"))
        return Error{
            Errc::InvalidArgument,
            "say which dead letters (bus, rule, target, eventId, errorCode, diedFrom, diedBefore), or all=true"};
    return filter;
}

/// Means none that comes from now on. False if there is none.
Task<Result<bool>> bound(storage::Store& store, storage::DeadLetterFilter& filter) {
    const auto newest = co_await store.deliveries().dead_letters(filter, 1, std::nullopt);
    if (!newest)
        co_return newest.error();
    if (newest->items.empty())
        co_return false;
    filter.up_to = newest->items.front().id;
    co_return true;
}

Task<http::Response> list(storage::Store& store, Call call) {
    const auto limit = call.query.number("limit", kDefaultPage, 1, kLargestPage);
    const auto cursor = call.query.number("cursor", 0, 1, std::numeric_limits<std::int64_t>::max());
    if (!limit || !cursor)
        co_return problem(limit ? cursor.error() : limit.error());
    auto filter = filter_of(call.query);
    if (!filter)
        co_return problem(filter.error());
    const auto before = *cursor == 0 ? std::nullopt : std::optional{*cursor};
    const auto page =
        co_await store.deliveries().dead_letters(std::move(*filter), static_cast<std::size_t>(*limit), before);
    if (!page)
        co_return problem(page.error());
    json::Array shown;
    for (const storage::DeadLetter& letter : page->items)
        shown.emplace_back(to_json(letter));
    json::Object body{{"deadLetters", std::move(shown)}};
    if (page->more)
        body.set("nextCursor", std::to_string(page->items.back().id));
    co_return json_answer(200, body);
}

Task<http::Response> read(storage::Store& store, Call call) {
    const auto letter = co_await store.deliveries().dead_letter(id_from(call.path.at("id")));
    if (!letter)
        co_return problem(letter.error());
    const auto attempts = co_await store.deliveries().attempts(letter->delivery);
    if (!attempts)
        co_return problem(attempts.error());
    json::Object shown = to_json(*letter);
    shown.set("attemptLog", attempts_json(*attempts));
    co_return json_answer(200, shown);
}

Task<http::Response> drop(storage::Store& store, Call call) {
    const Status dropped = co_await store.deliveries().drop_dead_letter(id_from(call.path.at("id")));
    if (!dropped)
        co_return problem(dropped.error());
    http::Response response;
    response.status = 204;
    co_return response;
}

Task<http::Response> purge(storage::Store& store, Call call) {
    auto filter = meant_by(call.query);
    if (!filter)
        co_return problem(filter.error());
    const auto any = co_await bound(store, *filter);
    if (!any)
        co_return problem(any.error());
    std::size_t purged = 0;
    for (std::size_t some = *any ? 1 : 0; some > 0; purged += some) {
        const auto count = co_await store.deliveries().purge_some(*filter);
        if (!count)
            co_return problem(count.error());
        some = *count;
    }
    co_return json_answer(200, json::Object{{"purged", purged}});
}

Task<http::Response> redrive(storage::Store& store, delivery::Dispatcher& dispatcher, const Clock& clock, Call call) {
    const Status redriven =
        co_await store.deliveries().redrive(id_from(call.path.at("id")), store.next_delivery_id(), clock.now());
    if (!redriven)
        co_return problem(redriven.error());
    dispatcher.rescan();
    co_return json_answer(202, json::Object{{"status", "redriven"}});
}

/// Ids for the next ones, and when each is due: at a rate, one after the other from `begin` on, `done` before them.
std::vector<storage::Revival> revivals(storage::Store& store, TimePoint begin, std::size_t done, std::int64_t rate) {
    std::vector<storage::Revival> next;
    for (std::size_t i = 0; i < kRedrivenAtOnce; ++i) {
        const auto place = static_cast<std::int64_t>(done + i);
        const std::chrono::microseconds after{rate == 0 ? 0 : place * kMicrosPerSecond / rate};
        next.push_back(
            {.delivery = store.next_delivery_id(), .due = begin + std::chrono::duration_cast<Duration>(after)});
    }
    return next;
}

/// The rate is kept by when each is due, so that a crash changes nothing about it.
Task<http::Response> redrive_many(storage::Store& store, delivery::Dispatcher& dispatcher, const Clock& clock,
                                  Call call) {
    auto filter = meant_by(call.query);
    const auto rate = call.query.number("rate", 0, 1, kFastest);
    if (!filter || !rate)
        co_return problem(filter ? rate.error() : filter.error());
    const auto any = co_await bound(store, *filter);
    if (!any)
        co_return problem(any.error());
    const TimePoint begin = clock.now();
    std::size_t redriven = 0;
    for (std::size_t some = *any ? 1 : 0; some > 0; redriven += some) {
        const auto count = co_await store.deliveries().redrive_some(*filter, revivals(store, begin, redriven, *rate));
        if (!count)
            co_return problem(count.error());
        some = *count;
        dispatcher.rescan();
    }
    co_return json_answer(202, json::Object{{"redriven", redriven}});
}

}  // namespace

void add_dead_letter_routes(Router& router, storage::Store& store, delivery::Dispatcher& dispatcher,
                            const Clock& clock) {
    router.add("GET", "/dead-letters", Body::None, [&store](Call call) { return list(store, std::move(call)); });
    router.add("DELETE", "/dead-letters", Body::None, [&store](Call call) { return purge(store, std::move(call)); });
    router.add("POST", "/dead-letters/redrive", Body::None, [&store, &dispatcher, &clock](Call call) {
        return redrive_many(store, dispatcher, clock, std::move(call));
    });
    router.add("GET", "/dead-letters/{id}", Body::None, [&store](Call call) { return read(store, std::move(call)); });
    router.add("DELETE", "/dead-letters/{id}", Body::None,
               [&store](Call call) { return drop(store, std::move(call)); });
    router.add("POST", "/dead-letters/{id}/redrive", Body::None,
               [&store, &dispatcher, &clock](Call call) { return redrive(store, dispatcher, clock, std::move(call)); });
}

}  // namespace rialto::api
