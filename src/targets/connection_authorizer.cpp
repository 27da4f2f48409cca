#include "rialto/targets/connection_authorizer.hpp"

#include <algorithm>
#include <utility>

#include "rialto/async/cancellation.hpp"
#include "rialto/base/utf8.hpp"
#include "rialto/json/members.hpp"
#include "rialto/targets/catalog_directory.hpp"

namespace rialto::targets {
namespace {

using json::text_of;

constexpr Duration kFirstWait{1s};
constexpr Duration kLongestWait{5min};
constexpr std::size_t kLongestReason = 512;

bool is_waiting(const json::Object& connection) { return text_of(connection, "ConnectionState") == "AUTHORIZING"; }

}  // namespace

ConnectionAuthorizer::ConnectionAuthorizer(asio::any_io_executor executor, bus::Catalog& catalog,
                                           ApiDestinations& destinations, const Clock& clock, Timer& timer)
    : catalog_{catalog}, destinations_{destinations}, clock_{clock}, timer_{timer}, tasks_{std::move(executor)} {}

void ConnectionAuthorizer::follow(const std::vector<bus::Catalog::Key>& changed) {
    for (const auto& [kind, key] : changed) {
        if (kind != bus::Kind::Connection)
            continue;
        const auto found = catalog_.read(
            [&key](const bus::Resources& resources) { return resources.find(bus::Kind::Connection, key); });
        if (!found || !is_waiting(*found))
            continue;
        Version version{key, text_of(*found, "Version")};
        const std::lock_guard lock{mutex_};
        if (under_way_.insert(version).second)
            tasks_.spawn("connection", authorize(std::move(version)));
    }
}

Task<> ConnectionAuthorizer::stop() { co_await tasks_.stop(Duration{0}); }

/// The connection, as long as it waits to be authorized with these credentials.
bus::Document ConnectionAuthorizer::waiting(const Version& version) const {
    bus::Document found = catalog_.read(
        [&version](const bus::Resources& resources) { return resources.find(bus::Kind::Connection, version.first); });
    return found && is_waiting(*found) && text_of(*found, "Version") == version.second ? found : nullptr;
}

Task<> ConnectionAuthorizer::authorize(Version version) {
    co_await notice_cancellation();
    Duration wait = kFirstWait;
    bool again = false;
    while (!co_await try_once(version, again) && !co_await is_cancelled()) {
        again = true;
        co_await timer_.wait_until(clock_.now() + wait);
        wait = std::min(wait * 2, kLongestWait);
    }
}

/// True if there is nothing more to be done. Whoever changes the connection from then on starts anew. One failure may
/// be a passing one: the connection says why only when it was tried `again`.
Task<bool> ConnectionAuthorizer::try_once(const Version& version, bool again) {
    bus::Document document;
    {
        const std::lock_guard lock{mutex_};
        document = waiting(version);
        if (!document) {
            under_way_.erase(version);
            co_return true;
        }
    }
    auto connection = connection_of(*document);
    const Status outcome =
        connection ? co_await destinations_.authorize(std::move(*connection)) : Status{std::move(connection).error()};
    const bool is_to_be_told = outcome || again;
    if (!co_await is_cancelled() && is_to_be_told)
        (void)co_await record(version, outcome);
    co_return false;
}

Task<Status> ConnectionAuthorizer::record(const Version& version, const Status& outcome) {
    co_return co_await catalog_.change([&](bus::Edit& edit) {
        const bus::Document found = edit.find(bus::Kind::Connection, version.first);
        if (!found || !is_waiting(*found) || text_of(*found, "Version") != version.second)
            return false;
        json::Object changed = *found;
        if (outcome) {
            changed.set("ConnectionState", "AUTHORIZED");
            changed.set("LastAuthorizedTime", bus::whole_second(clock_.now()));
            changed.remove("StateReason");
        } else if (std::string reason{utf8_prefix(outcome.error().message, kLongestReason)};
                   reason != text_of(*found, "StateReason")) {
            changed.set("StateReason", std::move(reason));
        } else {
            return false;
        }
        edit.put(bus::Kind::Connection, version.first, std::move(changed));
        return true;
    });
}

}  // namespace rialto::targets
