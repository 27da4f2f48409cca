#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rialto/async/task.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/id.hpp"
#include "rialto/base/result.hpp"
#include "rialto/bus/event_bus.hpp"
#include "rialto/delivery/dispatcher.hpp"
#include "rialto/storage/store.hpp"

namespace rialto::targets {

/// Who gets mails about which topic, with double opt-in: a subscription is pending until the link that was mailed to
/// its address is opened. Thread-safe.
class Subscriptions {
public:
    /// All references must outlive this. While a subscription is pending its link is mailed again, but not before
    /// `resend_after` has passed.
    Subscriptions(storage::Store& store, bus::EventBus& bus, delivery::Dispatcher& dispatcher, const Clock& clock,
                  Random& random, Duration resend_after);

    /// Makes the confirmation mail's target durable.
    Task<Status> start();

    /// Subscribes, or returns the subscription that is there. The mail with the link is owed in the same transaction.
    /// InvalidArgument for a bad topic or address.
    Task<Result<storage::SubscriptionStore::Added>> subscribe(std::string topic, std::string email);

    /// Both are idempotent; NotFound for a token that nobody has (any more).
    Task<Result<storage::Subscription>> confirm(std::string token);
    Task<Result<storage::Subscription>> unsubscribe(std::string token);

    Task<Result<storage::Subscription>> find_token(std::string token) {
        return store_.subscriptions().find_token(std::move(token));
    }
    Task<Result<storage::Subscription>> get(std::string id) { return store_.subscriptions().get(std::move(id)); }
    Task<Status> remove(std::string id) { return store_.subscriptions().remove(std::move(id)); }
    Task<Result<std::vector<storage::Subscription>>> list(std::string topic, std::string after, std::size_t limit) {
        return store_.subscriptions().list(std::move(topic), false, std::move(after), limit);
    }

private:
    storage::Outbox owe_confirmation(const storage::Subscription& subscription);

    storage::Store& store_;
    bus::EventBus& bus_;
    delivery::Dispatcher& dispatcher_;
    const Clock& clock_;
    Random& random_;
    const Duration resend_after_;
};

}  // namespace rialto::targets
