#include "rialto/targets/subscriptions.hpp"

#include <algorithm>
#include <utility>

#include "rialto/base/encoding.hpp"
#include "rialto/base/utf8.hpp"
#include "rialto/json/value.hpp"
#include "rialto/mail/message.hpp"

namespace rialto::targets {
namespace {

constexpr std::size_t kTokenBytes = 16;       // short enough for a link to stand on one line of a mail
constexpr std::size_t kTopicCodePoints = 64;  // as long as a post's

/// No rule asks for it.
delivery::RuleTarget confirmation_target() {
    return {"",
            {.id = "confirmation", .kind = model::ConfirmationTarget{}, .input = {}, .retry = {}, .dead_letter = {}}};
}

std::string lower_ascii(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

/// The same topic and address always make the same subscription, so that subscribing may be repeated.
std::string id_of(const std::string& topic, const std::string& email) {
    return to_hex(sha256(topic + '\0' + lower_ascii(email))).substr(0, 32);
}

Status check_topic(const std::string& topic) {
    const bool one_line =
        std::ranges::none_of(topic, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    if (topic.find_first_not_of(' ') == std::string::npos || !one_line || !is_utf8(topic) ||
        count_code_points(topic) > kTopicCodePoints)
        return Error{Errc::InvalidArgument, "a topic is 1 to 64 characters on one line"};
    return {};
}

}  // namespace

Subscriptions::Subscriptions(storage::Store& store, bus::EventBus& bus, delivery::Dispatcher& dispatcher,
                             const Clock& clock, Random& random, Duration resend_after)
    : store_{store}, bus_{bus}, dispatcher_{dispatcher}, clock_{clock}, random_{random}, resend_after_{resend_after} {}

Task<Status> Subscriptions::start() {
    std::vector<delivery::RuleTarget> targets{confirmation_target()};
    co_return co_await dispatcher_.keep(std::move(targets));
}

Task<Result<storage::SubscriptionStore::Added>> Subscriptions::subscribe(std::string topic, std::string email) {
    Status valid = check_topic(topic);
    if (!valid)
        co_return std::move(valid).error();
    auto address = mail::Address::parse(email);
    if (!address)
        co_return std::move(address).error();
    if (!address->name.empty())
        co_return Error{Errc::InvalidArgument, "give the address alone, without a name"};

    const TimePoint now = clock_.now();
    storage::Subscription subscription{.id = id_of(topic, address->mailbox),
                                       .topic = std::move(topic),
                                       .email = address->mailbox,
                                       .confirmed = false,
                                       .token = random_token(random_, kTokenBytes),
                                       .created_at = now,
                                       .confirmed_at = {}};
    storage::Outbox outbox = owe_confirmation(subscription);
    auto added = co_await store_.subscriptions().add(std::move(subscription), now - resend_after_, outbox);
    if (added && added->mailed)
        bus_.dispatch(std::move(outbox));
    co_return added;
}

Task<Result<storage::Subscription>> Subscriptions::confirm(std::string token) {
    return store_.subscriptions().confirm(std::move(token), clock_.now());
}

Task<Result<storage::Subscription>> Subscriptions::unsubscribe(std::string token) {
    auto subscription = co_await store_.subscriptions().find_token(std::move(token));
    if (!subscription)
        co_return subscription;
    Status removed = co_await store_.subscriptions().remove(subscription->id);
    if (!removed && removed.error().code != Errc::NotFound)
        co_return std::move(removed).error();
    co_return subscription;
}

storage::Outbox Subscriptions::owe_confirmation(const storage::Subscription& subscription) {
    // The token is not in the event: events may be logged, tokens not.
    std::string detail = json::write(
        json::Object{{"id", subscription.id}, {"topic", subscription.topic}, {"email", subscription.email}});
    const model::Event event = bus_.make_event("rialto.subscriptions", "SubscriptionRequested", std::move(detail));
    storage::OwedEvent owed{
        .id = event.id, .bus = "default", .ingested = event.time, .envelope = model::to_json(event), .deliveries = {}};
    owed.deliveries.push_back({store_.next_delivery_id(), delivery::key_of(confirmation_target()), ""});
    return {std::move(owed)};
}

}  // namespace rialto::targets
