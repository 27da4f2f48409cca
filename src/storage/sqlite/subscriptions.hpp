#pragma once

#include "rialto/storage/subscription_store.hpp"
#include "storage/sqlite/readers.hpp"
#include "storage/sqlite/writer.hpp"

namespace rialto::storage::sqlite {

class Subscriptions final : public SubscriptionStore {
public:
    /// Both must outlive it.
    Subscriptions(Writer& writer, Readers& readers) : writer_{writer}, readers_{readers} {}

    Task<Result<Added>> add(Subscription subscription, TimePoint resend_before, Outbox outbox) override;
    Task<Result<Subscription>> get(std::string id) override;
    Task<Result<Subscription>> find_token(std::string token) override;
    Task<Result<Subscription>> confirm(std::string token, TimePoint now) override;
    Task<Status> remove(std::string id) override;
    Task<Result<std::vector<Subscription>>> list(std::optional<std::string> topic, bool only_confirmed,
                                                 std::string after, std::size_t limit) override;
    Task<Result<std::size_t>> trim_pending(TimePoint time) override;

private:
    Writer& writer_;
    Readers& readers_;
};

}  // namespace rialto::storage::sqlite
