#pragma once

#include <map>
#include <string>
#include <vector>

#include "bus/resource_table.hpp"
#include "rialto/bus/catalog.hpp"
#include "rialto/model/declaration.hpp"

namespace rialto::bus {

/// What the configuration declares: as resources, and the rules' targets also as they were written, since some of them
/// have no words in AWS's API.
struct Catalog::Declared {
    static Declared of(const model::Declaration& declaration, const Identity& ours, TimePoint born);

    /// Keys of the rules whose targets are others than before, be it in what AWS's API has no words for.
    std::vector<std::string> rewritten(const Declared& before) const;

    Table table;
    std::map<std::string, std::vector<model::Target>, std::less<>> targets;  // by the rule's key
};

/// The documents of a declared connection and API destination: what the API's own handlers write, and ManagedBy. A
/// connection by OAuth is AUTHORIZED without having been tried: whoever wrote the file knows, and its token is fetched
/// with the first call.
json::Object connection_document(const model::Connection& connection, const Identity& ours, TimePoint born);
json::Object api_destination_document(const model::ApiDestination& destination, const Identity& ours, TimePoint born);

}  // namespace rialto::bus
