#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rialto/async/task.hpp"
#include "rialto/base/result.hpp"
#include "rialto/storage/outbox.hpp"

namespace rialto::storage {

/// Something with a name that clients made: a bus, a rule, an archive, ...
struct Resource {
    std::string kind;
    std::string key;       ///< Unique in its kind.
    std::string document;  ///< JSON text, whose meaning is the catalog's.
};

/// What becomes of a resource: nothing means that it goes.
struct ResourceChange {
    std::string kind;
    std::string key;
    std::optional<std::string> document;
};

/// The resources of the catalog, which keeps them all in memory: they are read once, at the start. Writes complete
/// after they are on disk. Thread-safe; fails with Unavailable as PostStore does.
class ResourceStore {
public:
    virtual ~ResourceStore() = default;

    virtual Task<Result<std::vector<Resource>>> all() = 0;

    /// All of it in one transaction, with events that must not be stored without it, nor it without them.
    virtual Task<Status> write(std::vector<ResourceChange> changes, Outbox outbox) = 0;
};

}  // namespace rialto::storage
