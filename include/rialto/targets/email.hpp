#pragma once

#include "rialto/delivery/target.hpp"
#include "rialto/storage/subscription_store.hpp"
#include "rialto/targets/letters.hpp"

namespace rialto::targets {

/// Mails the post that an event tells of to every confirmed subscriber of its topic.
///
/// The delivery is split into one for each subscriber, each with its own retries: one bad address delays nobody.
/// Whoever unsubscribed in the meantime gets nothing. The mail tells of `$.detail`; if the rule shapes the input, the
/// shaped text is the mail's body.
class Email final : public delivery::SingleTarget {
public:
    Email(storage::SubscriptionStore& subscriptions, Letters& letters)
        : subscriptions_{subscriptions}, letters_{letters} {}

    Task<delivery::Outcome> deliver(const delivery::Attempt& attempt) override;

private:
    Task<delivery::Outcome> split(std::string topic, std::string after);
    Task<delivery::Outcome> send(const delivery::Attempt& attempt, std::string topic, std::string subscription_id);

    storage::SubscriptionStore& subscriptions_;
    Letters& letters_;
};

/// Mails the link that confirms a subscription.
class Confirmation final : public delivery::SingleTarget {
public:
    Confirmation(storage::SubscriptionStore& subscriptions, Letters& letters)
        : subscriptions_{subscriptions}, letters_{letters} {}

    Task<delivery::Outcome> deliver(const delivery::Attempt& attempt) override;

private:
    storage::SubscriptionStore& subscriptions_;
    Letters& letters_;
};

}  // namespace rialto::targets
