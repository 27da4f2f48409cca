#include "api/rest/dead_letters.hpp"

#include <charconv>
#include <limits>
#include <utility>

#include "api/rest/answers.hpp"
#include "rialto/base/time.hpp"

namespace rialto::api {
namespace {

constexpr std::int64_t kDefaultPage = 50;
constexpr std::int64_t kLargestPage = 200;
constexpr json::ParseLimits kStoredText{.depth = 1100, .reject_duplicate_keys = false};

json::Value parsed(const std::string& text) {
    auto value = json::parse(text, kStoredText);
    return value ? std::move(*value) : json::Value{text};
}

json::Object to_json(const storage::DeadLetter& letter) {
    json::Object object{{"id", std::to_string(letter.id)},
                        {"bus", letter.bus},
                        {"ruleArn", letter.rule},
                        {"target", parsed(letter.target)},
                        {"attempts", letter.attempts},
                        {"errorCode", letter.error_code},
                        {"errorMessage", letter.error_message},
                        {"diedAt", to_rfc3339(letter.died)},
                        {"ingestedAt", to_rfc3339(letter.ingested)},
                        {"event", parsed(letter.envelope)}};
    if (!letter.part.empty())
        object.set("part", letter.part);
    if (!letter.exhausted.empty())
        object.set("exhaustedRetryCondition", letter.exhausted);
    return object;
}

/// The id in the path; 0, which none has, if it is no number.
std::int64_t id_of(const Call& call) {
    const std::string& text = call.path.at("id");
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    return error == std::errc{} && end == text.data() + text.size() ? id : 0;
}

Task<http::Response> list(storage::Store& store, Call call) {
    const auto limit = call.query.number("limit", kDefaultPage, 1, kLargestPage);
    const auto cursor = call.query.number("cursor", 0, 1, std::numeric_limits<std::int64_t>::max());
    if (!limit || !cursor)
        co_return problem(limit ? cursor.error() : limit.error());
    const auto before = *cursor == 0 ? std::nullopt : std::optional{*cursor};
    const auto page = co_await store.deliveries().dead_letters(static_cast<std::size_t>(*limit), before);
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
    const auto letter = co_await store.deliveries().dead_letter(id_of(call));
    co_return letter ? json_answer(200, to_json(*letter)) : problem(letter.error());
}

Task<http::Response> drop(storage::Store& store, Call call) {
    const Status dropped = co_await store.deliveries().drop_dead_letter(id_of(call));
    if (!dropped)
        co_return problem(dropped.error());
    http::Response response;
    response.status = 204;
    co_return response;
}

Task<http::Response> redrive(storage::Store& store, delivery::Dispatcher& dispatcher, const Clock& clock, Call call) {
    const Status redriven = co_await store.deliveries().redrive(id_of(call), store.next_delivery_id(), clock.now());
    if (!redriven)
        co_return problem(redriven.error());
    dispatcher.rescan();
    co_return json_answer(202, json::Object{{"status", "redriven"}});
}

}  // namespace

void add_dead_letter_routes(Router& router, storage::Store& store, delivery::Dispatcher& dispatcher,
                            const Clock& clock) {
    router.add("GET", "/dead-letters", Body::None, [&store](Call call) { return list(store, std::move(call)); });
    router.add("GET", "/dead-letters/{id}", Body::None, [&store](Call call) { return read(store, std::move(call)); });
    router.add("DELETE", "/dead-letters/{id}", Body::None,
               [&store](Call call) { return drop(store, std::move(call)); });
    router.add("POST", "/dead-letters/{id}/redrive", Body::None,
               [&store, &dispatcher, &clock](Call call) { return redrive(store, dispatcher, clock, std::move(call)); });
}

}  // namespace rialto::api
