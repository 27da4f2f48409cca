#include "api/rest/deliveries.hpp"

#include <limits>
#include <utility>

#include "api/rest/answers.hpp"
#include "api/rest/delivery_json.hpp"
#include "rialto/base/time.hpp"

namespace rialto::api {
namespace {

constexpr std::int64_t kDefaultPage = 50;
constexpr std::int64_t kLargestPage = 200;
constexpr std::int64_t kNoEnd = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kAttemptsShown = 200;

/// The page that a request asks for.
struct Wanted {
    std::size_t limit = 0;
    std::optional<std::int64_t> cursor;
};

Result<Wanted> wanted_of(const Query& query) {
    const auto limit = query.number("limit", kDefaultPage, 1, kLargestPage);
    if (!limit)
        return limit.error();
    const auto cursor = query.number("cursor", 0, 1, kNoEnd);
    if (!cursor)
        return cursor.error();
    return Wanted{.limit = static_cast<std::size_t>(*limit),
                  .cursor = *cursor == 0 ? std::nullopt : std::optional{*cursor}};
}

json::Object to_json(const storage::Owed& owed) {
    const storage::StoredDelivery& delivery = owed.delivery;
    json::Object object{{"id", std::to_string(delivery.id)},
                        {"state", "owed"},
                        {"eventId", delivery.event_id},
                        {"bus", delivery.bus},
                        {"ruleArn", delivery.rule},
                        {"attempts", delivery.attempts},
                        {"ingestedAt", to_rfc3339(delivery.ingested)}};
    if (owed.blocked)
        object.set("waitsForEarlier", true);
    else
        object.set("dueAt", to_rfc3339(delivery.due));
    if (!owed.target.empty())
        object.set("target", stored_json(owed.target));
    if (!delivery.part.empty())
        object.set("part", delivery.part);
    return object;
}

Task<http::Response> list(storage::Store& store, Call call) {
    const auto wanted = wanted_of(call.query);
    if (!wanted)
        co_return problem(wanted.error());
    storage::OwedFilter filter{.bus = optional_text(call.query, "bus"),
                               .rule = optional_text(call.query, "rule"),
                               .target = optional_text(call.query, "target"),
                               .event_id = optional_text(call.query, "eventId")};
    const auto page = co_await store.deliveries().list(std::move(filter), wanted->limit, wanted->cursor.value_or(0));
    if (!page)
        co_return problem(page.error());
    json::Array shown;
    for (const storage::Owed& owed : page->items)
        shown.emplace_back(to_json(owed));
    json::Object body{{"deliveries", std::move(shown)}};
    if (page->reached)
        body.set("nextCursor", std::to_string(*page->reached));
    co_return json_answer(200, body);
}

Task<http::Response> list_attempts(const inspection::AttemptLog& log, Call call) {
    const auto wanted = wanted_of(call.query);
    if (!wanted)
        co_return problem(wanted.error());
    const auto word = optional_text(call.query, "outcome");
    const auto outcome = word ? outcome_of(*word) : std::nullopt;
    if (word && !outcome)
        co_return problem(400, "outcome must be delivered, retrying, given-up or split");
    inspection::AttemptFilter filter{.event_id = optional_text(call.query, "eventId"),
                                     .bus = optional_text(call.query, "bus"),
                                     .rule = optional_text(call.query, "rule"),
                                     .target = optional_text(call.query, "target"),
                                     .outcome = outcome,
                                     .before = wanted->cursor,
                                     .limit = wanted->limit + 1};
    auto found = log.find(filter);
    const bool more = found.size() > wanted->limit;
    if (more)
        found.pop_back();
    json::Array shown;
    for (const inspection::LoggedAttempt& attempt : found)
        shown.emplace_back(attempt_json(attempt));
    json::Object body{{"attempts", std::move(shown)}};
    if (more)
        body.set("nextCursor", std::to_string(found.back().cursor));
    co_return json_answer(200, body);
}

/// The attempts at one delivery: those that the log has, else those that are stored, which are the failed ones.
json::Array all_attempts(const std::vector<inspection::LoggedAttempt>& logged,
                         const std::vector<storage::FailedAttempt>& stored) {
    const int first_logged = logged.empty() ? std::numeric_limits<int>::max() : logged.back().report.attempts;
    json::Array all;
    for (const storage::FailedAttempt& failed : stored)
        if (failed.number < first_logged)
            all.emplace_back(attempt_json(failed));
    for (auto attempt = logged.rbegin(); attempt != logged.rend(); ++attempt)
        all.emplace_back(attempt_json(*attempt));
    return all;
}

/// A delivery that is over, as the log alone remembers it.
json::Object settled(const delivery::AttemptReport& last) {
    const bool is_over = last.result != delivery::AttemptReport::Result::Retrying;
    return {{"id", std::to_string(last.delivery)},
            {"state", is_over ? word_for(last.result) : "owed"},
            {"eventId", last.event_id},
            {"bus", last.bus},
            {"ruleArn", last.rule},
            {"attempts", last.attempts},
            {"target", json::Object{{"id", last.target_id}, {"type", last.target_kind}}}};
}

Task<http::Response> read(storage::Store& store, const inspection::AttemptLog& log, Call call) {
    const storage::DeliveryId id = id_from(call.path.at("id"));
    const auto logged = log.find({.delivery = id, .limit = kAttemptsShown});
    const auto owed = co_await store.deliveries().find(id);
    if (!owed && owed.error().code != Errc::NotFound)
        co_return problem(owed.error());
    const auto letter = co_await store.deliveries().dead_letter_of(id);
    if (!letter && letter.error().code != Errc::NotFound)
        co_return problem(letter.error());
    const auto stored = co_await store.deliveries().attempts(id);
    if (!stored)
        co_return problem(stored.error());
    if (!owed && !letter && logged.empty())
        co_return problem(404, "there is no delivery " + call.path.at("id") + ", or it was delivered a while ago");
    json::Object shown = owed ? to_json(*owed) : json::Object{};
    if (owed)
        shown.set("event", stored_json(*owed->delivery.envelope));
    if (!owed && letter)
        shown = {{"id", std::to_string(id)},
                 {"state", "dead-letter"},
                 {"deadLetter", std::to_string(letter->id)},
                 {"eventId", letter->event_id},
                 {"bus", letter->bus},
                 {"ruleArn", letter->rule},
                 {"attempts", letter->attempts},
                 {"target", stored_json(letter->target)}};
    if (!owed && !letter)
        shown = settled(logged.front().report);
    shown.set("attemptLog", all_attempts(logged, *stored));
    co_return json_answer(200, shown);
}

json::Object to_json(const inspection::UnmatchedEvent& event) {
    return {{"cursor", std::to_string(event.cursor)},
            {"bus", event.bus},
            {"seenAt", to_rfc3339(event.seen)},
            {"event", stored_json(event.envelope)}};
}

Task<http::Response> list_unmatched(const inspection::UnmatchedEvents& unmatched, Call call) {
    const auto wanted = wanted_of(call.query);
    if (!wanted)
        co_return problem(wanted.error());
    auto found = unmatched.list(wanted->limit + 1, wanted->cursor, optional_text(call.query, "bus"));
    const bool more = found.size() > wanted->limit;
    if (more)
        found.pop_back();
    json::Array shown;
    for (const inspection::UnmatchedEvent& event : found)
        shown.emplace_back(to_json(event));
    json::Object body{{"events", std::move(shown)}};
    if (more)
        body.set("nextCursor", std::to_string(found.back().cursor));
    co_return json_answer(200, body);
}

Task<http::Response> read_unmatched(const inspection::UnmatchedEvents& unmatched, const bus::Catalog& catalog,
                                    WorkerPool& computing, Call call) {
    const auto event = unmatched.find(id_from(call.path.at("cursor")));
    if (!event)
        co_return problem(404, "there is no such event, or it is forgotten");
    const auto look = [&catalog, &event]() -> Result<std::optional<inspection::NearestRule>> {
        return inspection::nearest_rule(catalog, *event);
    };
    const auto nearest = co_await computing.run(look);
    if (!nearest)
        co_return problem(nearest.error());
    json::Object shown = to_json(*event);
    if (*nearest) {
        const inspection::NearestRule& rule = **nearest;
        shown.set("nearestRule", json::Object{{"name", rule.name},
                                              {"ruleArn", rule.arn},
                                              {"enabled", rule.enabled},
                                              {"failingConditions", rule.failing},
                                              {"explanation", stored_json(pattern::to_json(rule.explanation))},
                                              {"text", pattern::to_text(rule.explanation)}});
    }
    co_return json_answer(200, shown);
}

}  // namespace

void add_delivery_routes(Router& router, storage::Store& store, const inspection::AttemptLog& attempts,
                         const inspection::UnmatchedEvents& unmatched, const bus::Catalog& catalog,
                         WorkerPool& computing) {
    router.add("GET", "/deliveries", Body::None, [&store](Call call) { return list(store, std::move(call)); });
    router.add("GET", "/deliveries/attempts", Body::None,
               [&attempts](Call call) { return list_attempts(attempts, std::move(call)); });
    router.add("GET", "/deliveries/unmatched", Body::None,
               [&unmatched](Call call) { return list_unmatched(unmatched, std::move(call)); });
    router.add("GET", "/deliveries/unmatched/{cursor}", Body::None, [&unmatched, &catalog, &computing](Call call) {
        return read_unmatched(unmatched, catalog, computing, std::move(call));
    });
    router.add("GET", "/deliveries/{id}", Body::None,
               [&store, &attempts](Call call) { return read(store, attempts, std::move(call)); });
}

}  // namespace rialto::api
