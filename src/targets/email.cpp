#include "rialto/targets/email.hpp"

#include <optional>
#include <utility>

#include "rialto/base/crash_point.hpp"
#include "rialto/json/value.hpp"
#include "targets/event_text.hpp"

namespace rialto::targets {
namespace {

constexpr std::size_t kSplitAtOnce = 500;

/// Names of parts: what is left of the list of subscribers, and one subscriber.
constexpr std::string_view kAfter = "after:";
constexpr std::string_view kSubscription = "subscription:";

/// What a rule made of the event, if it shapes it: a JSON string without its quotes, other JSON as it is.
std::optional<std::string> shaped_text(const delivery::Attempt& attempt) {
    if (!attempt.shaped)
        return std::nullopt;
    const auto value = json::parse(attempt.payload);
    const std::string* text = value ? value->as_string() : nullptr;
    return text == nullptr ? attempt.payload : *text;
}

delivery::Outcome as_outcome(Status sent) {
    if (sent)
        return delivery::Delivered{};
    return delivery::failed(std::move(sent).error());
}

}  // namespace

Task<delivery::Outcome> Email::deliver(const delivery::Attempt& attempt) {
    const auto& target = std::get<model::EmailTarget>(attempt.target);
    auto topic = target.topic.empty() ? text_at(attempt.event, target.topic_path) : Result<std::string>{target.topic};
    if (!topic)
        co_return delivery::failed(std::move(topic).error());
    if (attempt.part.starts_with(kSubscription))
        co_return co_await send(attempt, std::move(*topic), attempt.part.substr(kSubscription.size()));
    co_return co_await split(std::move(*topic),
                             attempt.part.starts_with(kAfter) ? attempt.part.substr(kAfter.size()) : "");
}

Task<delivery::Outcome> Email::split(std::string topic, std::string after) {
    auto subscribers = co_await subscriptions_.list(std::move(topic), true, std::move(after), kSplitAtOnce);
    if (!subscribers)
        co_return delivery::failed(std::move(subscribers).error());
    if (subscribers->empty())
        co_return delivery::Delivered{};
    delivery::Split split;
    for (const auto& subscriber : *subscribers)
        split.parts.push_back(std::string{kSubscription} + subscriber.id);
    if (subscribers->size() == kSplitAtOnce)
        split.rest = std::string{kAfter} + subscribers->back().id;
    co_return split;
}

Task<delivery::Outcome> Email::send(const delivery::Attempt& attempt, std::string topic, std::string subscription_id) {
    auto subscriber = co_await subscriptions_.get(std::move(subscription_id));
    // Whoever unsubscribed, and perhaps subscribed anew without having confirmed, gets nothing.
    if (subscriber ? !subscriber->confirmed : subscriber.error().code == Errc::NotFound)
        co_return delivery::Delivered{};
    if (!subscriber)
        co_return delivery::failed(std::move(subscriber).error());
    PostNews news{.event_id = attempt.event_id,
                  .post_id = text_or_empty(attempt.event, "$.detail.id"),
                  .author = text_or_empty(attempt.event, "$.detail.author"),
                  .title = text_or_empty(attempt.event, "$.detail.title"),
                  .body = text_or_empty(attempt.event, "$.detail.body"),
                  .topic = std::move(topic)};
    if (auto shaped = shaped_text(attempt))
        news.body = std::move(*shaped);
    Status sent = co_await letters_.send_post(std::move(news), std::move(*subscriber));
    crash_point("mail.unrecorded");
    co_return as_outcome(std::move(sent));
}

Task<delivery::Outcome> Confirmation::deliver(const delivery::Attempt& attempt) {
    auto id = text_at(attempt.event, "$.detail.id");
    if (!id)
        co_return delivery::failed(std::move(id).error());
    auto subscriber = co_await subscriptions_.get(std::move(*id));
    if (subscriber ? subscriber->confirmed : subscriber.error().code == Errc::NotFound)
        co_return delivery::Delivered{};
    if (!subscriber)
        co_return delivery::failed(std::move(subscriber).error());
    co_return as_outcome(co_await letters_.send_confirmation(attempt.event_id, std::move(*subscriber)));
}

}  // namespace rialto::targets
