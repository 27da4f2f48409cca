#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rialto/async/task.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/result.hpp"
#include "rialto/storage/outbox.hpp"

namespace rialto::storage {

/// An email address that wants the posts of a topic.
struct Subscription {
    std::string id;  ///< Time-sortable.
    std::string topic;
    std::string email;
    bool confirmed = false;
    std::string token;  ///< Unguessable; proves that its bearer reads the address's mail.
    TimePoint created_at;
    std::optional<TimePoint> confirmed_at;
};

/// Who subscribed to what. At most one subscription a topic and address (compared without regard to ASCII case). Writes
/// complete after they are on disk. Thread-safe; fails with Unavailable as PostStore does.
class SubscriptionStore {
public:
    virtual ~SubscriptionStore() = default;

    /// Of one address: whoever enters another's address must not be able to flood it with confirmations.
    static constexpr std::int64_t kMostPending = 5;

    /// Adds it with its outbox, or returns the one that is there: if that is still pending, the outbox is stored all
    /// the same (the confirmation is mailed again, with the returned subscription's token), if `resend_before` is after
    /// its created_at, which is then set to the new one's; otherwise nothing is written. LimitExceeded if it would be
    /// new and the address has kMostPending already.
    struct Added {
        Subscription subscription;
        bool fresh = true;   ///< The row is new.
        bool mailed = true;  ///< The outbox was stored.
    };
    virtual Task<Result<Added>> add(Subscription subscription, TimePoint resend_before, Outbox outbox) = 0;

    virtual Task<Result<Subscription>> get(std::string id) = 0;
    virtual Task<Result<Subscription>> find_token(std::string token) = 0;

    /// Idempotent: a confirmed one stays as it is. NotFound if there is none.
    virtual Task<Result<Subscription>> confirm(std::string token, TimePoint now) = 0;

    virtual Task<Status> remove(std::string id) = 0;

    /// In the order of their ids, those after `after`. Of one topic if given; only confirmed ones if asked.
    virtual Task<Result<std::vector<Subscription>>> list(std::optional<std::string> topic, bool only_confirmed,
                                                         std::string after, std::size_t limit) = 0;

    /// Removes some of the pending ones made before `time`. How many: 0 once there are no more.
    virtual Task<Result<std::size_t>> trim_pending(TimePoint time) = 0;
};

}  // namespace rialto::storage
