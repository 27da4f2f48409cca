#pragma once

#include "rialto/storage/delivery_store.hpp"
#include "storage/sqlite/readers.hpp"
#include "storage/sqlite/writer.hpp"

namespace rialto::storage::sqlite {

class Deliveries final : public DeliveryStore {
public:
    /// Both must outlive it.
    Deliveries(Writer& writer, Readers& readers) : writer_{writer}, readers_{readers} {}

    Task<Status> append(Outbox outbox) override;

    Task<Status> keep_targets(std::vector<std::pair<std::string, std::string>> targets) override;
    Task<Result<std::vector<std::pair<std::string, std::string>>>> targets() override;
    Task<Status> drop_targets_except(std::vector<std::string> in_use) override;

    Task<Result<std::vector<StoredDelivery>>> due(TimePoint now, std::size_t limit, std::vector<DeliveryId> skip,
                                                  std::vector<std::string> skip_targets) override;
    Task<Result<std::optional<TimePoint>>> next_due(TimePoint now) override;
    Task<Result<std::size_t>> count() override;
    Task<Status> finish(DeliveryId id) override;
    Task<Status> postpone(DeliveryId id, int attempts, TimePoint due) override;
    Task<Status> split(DeliveryId id, std::vector<Part> parts, std::optional<std::string> rest) override;

    Task<Status> bury(DeliveryId id, DeadLetter letter) override;
    Task<Result<Page<DeadLetter>>> dead_letters(std::size_t limit, std::optional<std::int64_t> before) override;
    Task<Result<DeadLetter>> dead_letter(std::int64_t id) override;
    Task<Status> drop_dead_letter(std::int64_t id) override;
    Task<Result<std::size_t>> trim_dead_letters(Retention kept, TimePoint now) override;
    Task<Status> redrive(std::int64_t letter, DeliveryId delivery, TimePoint now) override;
    Task<Status> clear() override;

private:
    Writer& writer_;
    Readers& readers_;
};

/// Takes the delivery away, and its event if it was the last.
void remove_delivery(Connection& db, DeliveryId id);

}  // namespace rialto::storage::sqlite
