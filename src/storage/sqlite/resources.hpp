#pragma once

#include "rialto/storage/resource_store.hpp"
#include "storage/sqlite/readers.hpp"
#include "storage/sqlite/writer.hpp"

namespace rialto::storage::sqlite {

class Resources final : public ResourceStore {
public:
    /// Both must outlive it.
    Resources(Writer& writer, Readers& readers) : writer_{writer}, readers_{readers} {}

    Task<Result<std::vector<Resource>>> all() override;
    Task<Status> write(std::vector<ResourceChange> changes, Outbox outbox) override;

private:
    Writer& writer_;
    Readers& readers_;
};

}  // namespace rialto::storage::sqlite
