#pragma once

#include "rialto/storage/delivery_store.hpp"
#include "storage/sqlite/readers.hpp"
#include "storage/sqlite/writer.hpp"

namespace rialto::storage::sqlite {

class Deliveries final : public DeliveryStore {
public:
    /// Both must outlive it.
    Deliveries(Writer& writer, Readers& readers) : writer_{writer}, readers_{readers} {}

    Task<Result<bool>> append(std::shared_ptr<const Batch> batch) override;

    Task<Status> keep_targets(std::vector<std::pair<std::string, std::string>> targets) override;
    Task<Result<std::vector<std::pair<std::string, std::string>>>> targets() override;
    Task<Status> drop_targets_except(std::vector<std::string> in_use) override;

    Task<Result<Page<StoredDelivery>>> due(TimePoint now, std::size_t limit, std::vector<DeliveryId> skip,
                                           Room room) override;
    Task<Result<std::optional<TimePoint>>> next_due(TimePoint now) override;
    Task<Result<std::size_t>> bring_forward(TimePoint now) override;
    Task<Status> note_clock(TimePoint now) override;
    Task<Result<std::optional<TimePoint>>> noted_clock() override;
    Task<Result<std::size_t>> count() override;
    Task<Status> finish(std::vector<DeliveryId> ids) override;
    Task<Status> postpone(std::vector<Postponed> failed) override;
    Task<Status> split(DeliveryId id, std::vector<Part> parts, std::optional<std::string> rest) override;

    Task<Result<OwedPage>> list(OwedFilter filter, std::size_t limit, DeliveryId after) override;
    Task<Result<Owed>> find(DeliveryId id) override;
    Task<Result<std::vector<FailedAttempt>>> attempts(DeliveryId id) override;
    Task<Result<std::size_t>> trim_attempts(std::size_t kept) override;

    Task<Status> bury(std::vector<Buried> given_up) override;
    Task<Result<Page<DeadLetter>>> dead_letters(DeadLetterFilter filter, std::size_t limit,
                                                std::optional<std::int64_t> before) override;
    Task<Result<DeadLetter>> dead_letter(std::int64_t id) override;
    Task<Result<DeadLetter>> dead_letter_of(DeliveryId delivery) override;
    Task<Status> drop_dead_letter(std::int64_t id) override;
    Task<Result<std::size_t>> trim_dead_letters(DeadLetterBounds kept, TimePoint now) override;
    Task<Status> redrive(std::int64_t letter, DeliveryId delivery, TimePoint now) override;
    Task<Result<std::size_t>> redrive_some(DeadLetterFilter filter, std::vector<Revival> revivals) override;
    Task<Result<std::size_t>> purge_some(DeadLetterFilter filter) override;
    Task<Status> clear() override;

private:
    Writer& writer_;
    Readers& readers_;
};

/// What becomes of the failed attempts at a delivery that goes: a dead letter takes them on.
enum class Attempts : std::uint8_t { Forget, Keep };

/// Takes the delivery away, and its event if it was the last. The next of its key, if it had one, is due. Whether it
/// was there.
bool remove_delivery(Connection& db, DeliveryId id, Attempts attempts = Attempts::Forget);

/// Notes a failed attempt.
void add_attempt(Connection& db, DeliveryId id, const FailedAttempt& attempt);

}  // namespace rialto::storage::sqlite
