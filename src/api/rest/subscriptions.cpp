#include "api/rest/subscriptions.hpp"

#include <utility>

#include "api/rest/answers.hpp"
#include "rialto/base/encoding.hpp"
#include "rialto/base/time.hpp"

namespace rialto::api {
namespace {

using targets::Subscriptions;

constexpr std::int64_t kDefaultPage = 100;
constexpr std::int64_t kLargestPage = 1000;

json::Object to_json(const storage::Subscription& subscription) {
    json::Object object{{"id", subscription.id},
                        {"topic", subscription.topic},
                        {"email", subscription.email},
                        {"status", subscription.confirmed ? "confirmed" : "pending"},
                        {"createdAt", to_rfc3339(subscription.created_at)}};
    if (subscription.confirmed_at)
        object.set("confirmedAt", to_rfc3339(*subscription.confirmed_at));
    return object;
}

std::string location_of(const storage::Subscription& subscription) {
    return "/topics/" + percent_encode(subscription.topic) + "/subscriptions/" + subscription.id;
}

Task<http::Response> subscribe(Subscriptions& subscriptions, Call call) {
    const auto body = json::parse(call.request.body);
    if (!body)
        co_return problem(400, "the body is not JSON: " + body.error().message);
    const json::Value* email = body->find("email");
    if (email == nullptr || email->as_string() == nullptr || body->as_object()->size() != 1)
        co_return problem(422, R"(the body must be {"email": "local@domain"})");
    const auto added = co_await subscriptions.subscribe(call.path.at("topic"), *email->as_string());
    if (!added && added.error().code == Errc::InvalidArgument)
        co_return problem(422, added.error().message);
    if (!added)
        co_return problem(added.error());
    http::Response response = json_answer(added->fresh ? 201 : 200, to_json(added->subscription));
    response.headers.add("Location", location_of(added->subscription));
    co_return response;
}

Task<http::Response> list(Subscriptions& subscriptions, Call call) {
    const auto limit = call.query.number("limit", kDefaultPage, 1, kLargestPage);
    if (!limit)
        co_return problem(limit.error());
    const std::string* cursor = call.query.find("cursor");
    const auto page_size = static_cast<std::size_t>(*limit);
    const auto found =
        co_await subscriptions.list(call.path.at("topic"), cursor == nullptr ? "" : *cursor, page_size + 1);
    if (!found)
        co_return problem(found.error());
    json::Array shown;
    for (std::size_t i = 0; i < std::min(found->size(), page_size); ++i)
        shown.emplace_back(to_json((*found)[i]));
    json::Object body{{"subscriptions", std::move(shown)}};
    if (found->size() > page_size)
        body.set("nextCursor", (*found)[page_size - 1].id);
    co_return json_answer(200, body);
}

/// The subscription that the path names; NotFound if it is of another topic.
Task<Result<storage::Subscription>> named(Subscriptions& subscriptions, const Call& call) {
    auto found = co_await subscriptions.get(call.path.at("id"));
    if (found && found->topic != call.path.at("topic"))
        co_return Error{Errc::NotFound, "there is no such subscription"};
    co_return found;
}

Task<http::Response> read(Subscriptions& subscriptions, Call call) {
    const auto found = co_await named(subscriptions, call);
    co_return found ? json_answer(200, to_json(*found)) : problem(found.error());
}

Task<http::Response> remove(Subscriptions& subscriptions, Call call) {
    const auto found = co_await named(subscriptions, call);
    if (!found)
        co_return problem(found.error());
    const Status removed = co_await subscriptions.remove(found->id);
    if (!removed)
        co_return problem(removed.error());
    http::Response response;
    response.status = 204;
    co_return response;
}

std::string token_of(const Call& call) {
    const std::string* token = call.query.find("token");
    return token == nullptr ? std::string{} : *token;
}

http::Response link_failed(const Error& error) {
    if (error.code != Errc::NotFound)
        return page(503, "Not now", "<p>Something is wrong on our side. Please try again in a moment.</p>");
    return page(404, "This link is no longer valid", "<p>The subscription has ended, or the link is not complete.</p>");
}

http::Response subscribed(const storage::Subscription& subscription) {
    return page(200, "You are subscribed",
                "<p>" + escape_html(subscription.email) + " will get a mail for each new post about <b>" +
                    escape_html(subscription.topic) + "</b>.</p>");
}

/// Asks first: programs that look at the links of a mail must not subscribe its reader, who may not have asked for it.
Task<http::Response> ask_to_confirm(Subscriptions& subscriptions, Call call) {
    const auto found = co_await subscriptions.find_token(token_of(call));
    if (!found)
        co_return link_failed(found.error());
    if (found->confirmed)
        co_return subscribed(*found);
    co_return page(200, "Subscribe?",
                   "<p>" + escape_html(found->email) + " is to get a mail for each new post about <b>" +
                       escape_html(found->topic) + "</b>.</p><form method=\"post\"><button>Subscribe</button></form>");
}

Task<http::Response> confirm(Subscriptions& subscriptions, Call call) {
    const auto confirmed = co_await subscriptions.confirm(token_of(call));
    co_return confirmed ? subscribed(*confirmed) : link_failed(confirmed.error());
}

/// Asks first: programs that look at the links of a mail must not unsubscribe its reader (RFC 8058).
Task<http::Response> ask_to_unsubscribe(Subscriptions& subscriptions, Call call) {
    const auto found = co_await subscriptions.find_token(token_of(call));
    if (!found)
        co_return link_failed(found.error());
    co_return page(200, "Unsubscribe?",
                   "<p>" + escape_html(found->email) + " gets a mail for each new post about <b>" +
                       escape_html(found->topic) +
                       "</b>.</p><form method=\"post\"><button>Unsubscribe</button></form>");
}

Task<http::Response> unsubscribe(Subscriptions& subscriptions, Call call) {
    const auto gone = co_await subscriptions.unsubscribe(token_of(call));
    if (!gone)
        co_return link_failed(gone.error());
    co_return page(200, "You are unsubscribed", "<p>No more mails about <b>" + escape_html(gone->topic) + "</b>.</p>");
}

}  // namespace

void add_subscription_routes(Router& router, Subscriptions& subscriptions) {
    const auto bind = [&subscriptions](auto endpoint) {
        return [&subscriptions, endpoint](Call call) { return endpoint(subscriptions, std::move(call)); };
    };
    router.add("POST", "/topics/{topic}/subscriptions", Body::Json, bind(&subscribe));
    router.add("GET", "/topics/{topic}/subscriptions", Body::None, bind(&list));
    router.add("GET", "/topics/{topic}/subscriptions/{id}", Body::None, bind(&read));
    router.add("DELETE", "/topics/{topic}/subscriptions/{id}", Body::None, bind(&remove));
    router.add("GET", "/subscriptions/confirm", Body::None, bind(&ask_to_confirm));
    router.add("POST", "/subscriptions/confirm", Body::Form, bind(&confirm));
    router.add("GET", "/subscriptions/unsubscribe", Body::None, bind(&ask_to_unsubscribe));
    router.add("POST", "/subscriptions/unsubscribe", Body::Form, bind(&unsubscribe));
}

}  // namespace rialto::api
