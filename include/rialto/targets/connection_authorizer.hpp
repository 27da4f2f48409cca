#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "rialto/async/task_group.hpp"
#include "rialto/async/timer.hpp"
#include "rialto/bus/catalog.hpp"
#include "rialto/targets/api_destination.hpp"

namespace rialto::targets {

/// Gets a token for each connection of the catalog that is AUTHORIZING, and makes it AUTHORIZED. While the
/// authorization endpoint refuses, it is tried again, less and less often, and from the second refusal on the
/// connection says why as its StateReason. New credentials are tried at once. Thread-safe.
class ConnectionAuthorizer {
public:
    /// All references must outlive it.
    ConnectionAuthorizer(asio::any_io_executor executor, bus::Catalog& catalog, ApiDestinations& destinations,
                         const Clock& clock, Timer& timer);

    /// Takes note of changes in the catalog.
    void follow(const std::vector<bus::Catalog::Key>& changed);

    Task<> stop();

private:
    using Version =
        std::pair<std::string, std::string>;  // of a connection: its key and what its credentials are called
    Task<> authorize(Version version);
    Task<bool> try_once(const Version& version, bool again);
    bus::Document waiting(const Version& version) const;
    Task<Status> record(const Version& version, const Status& outcome);

    bus::Catalog& catalog_;
    ApiDestinations& destinations_;
    const Clock& clock_;
    Timer& timer_;
    std::mutex mutex_;  // guards under_way_
    std::set<Version> under_way_;
    TaskGroup tasks_;  // last: its tasks use everything above
};

}  // namespace rialto::targets
