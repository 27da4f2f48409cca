#pragma once

#include <string>

#include "rialto/bus/catalog.hpp"
#include "rialto/targets/destination_directory.hpp"

namespace rialto::targets {

/// A connection as its document in the catalog tells it. Corrupt if it is not as CreateConnection makes it.
Result<Connection> connection_of(const json::Object& document);

/// API destinations and their connections as the catalog has them. Thread-safe.
class CatalogDirectory final : public DestinationDirectory {
public:
    /// The catalog must outlive it.
    explicit CatalogDirectory(const bus::Catalog& catalog) : catalog_{catalog} {}

    Result<ApiDestination> find(const std::string& arn) const override;

private:
    const bus::Catalog& catalog_;
};

}  // namespace rialto::targets
