#pragma once

#include "rialto/storage/post_store.hpp"
#include "storage/sqlite/readers.hpp"
#include "storage/sqlite/writer.hpp"

namespace rialto::storage::sqlite {

class Posts final : public PostStore {
public:
    /// Both must outlive it.
    Posts(Writer& writer, Readers& readers) : writer_{writer}, readers_{readers} {}

    Task<Result<Inserted>> insert(Post post, Change change, std::optional<Idempotency> idempotency,
                                  Outbox outbox) override;
    Task<Status> replace(Post post, std::int64_t expected_version, Change change, Outbox outbox) override;
    Task<Status> remove(std::string id, std::int64_t expected_version, Change change, Outbox outbox) override;
    Task<Result<Post>> get(std::string id) override;
    Task<Result<Page<Post>>> list(PostFilter filter) override;
    Task<Result<std::vector<Change>>> changes(std::int64_t since, std::size_t limit) override;
    Task<Result<std::int64_t>> last_sequence() override;
    Task<Result<std::int64_t>> relayed() override;
    Task<Status> set_relayed(std::int64_t sequence, Outbox outbox) override;
    Task<Result<std::size_t>> trim_changes(Retention kept, TimePoint now) override;

private:
    Writer& writer_;
    Readers& readers_;
};

}  // namespace rialto::storage::sqlite
