#include "rialto/targets/connection_authorizer.hpp"

#include <algorithm>
#include <utility>

#include "rialto/async/cancellation.hpp"
#include "rialto/base/utf8.hpp"
#include "rialto/targets/catalog_directory.hpp"

namespace rialto::targets {
namespace {

constexpr Duration kFirstWait{1s};
constexpr Duration kLongestWait{5min};
constexpr std::size_t kLongestReason = 512;

std::string text_of(const json::Object& object, std::string_view name) {
    const json::Value* value = object.find(name);
    return value && value->as_string() ? *value->as_string() : std::string{};
}

}  // namespace

ConnectionAuthorizer::ConnectionAuthorizer(asio::any_io_executor executor, bus::Catalog& catalog,
                                           ApiDestinations& destinations, const Clock& clock, Timer& timer)
    : catalog_{catalog}, destinations_{destinations}, clock_{clock}, timer_{timer}, tasks_{std::move(executor)} {}

void ConnectionAuthorizer::follow(const std::vector<bus::Catalog::Key>& changed) {
    for (const auto& [kind, key] : changed) {
        if (kind != bus::Kind::Connection || !waiting(key))
            continue;
        const std::lock_guard lock{mutex_};
        if (under_way_.insert(key).second)
            tasks_.spawn("connection", authorize(key));
    }
}

Task<> ConnectionAuthorizer::stop() { co_await tasks_.stop(Duration{0}); }

/// The connection, as long as it waits to be authorized.
bus::Document ConnectionAuthorizer::waiting(const std::string& key) const {
    bus::Document found =
        catalog_.read([&key](const bus::Resources& resources) { return resources.find(bus::Kind::Connection, key); });
    return found && text_of(*found, "ConnectionState") == "AUTHORIZING" ? found : nullptr;
}

Task<> ConnectionAuthorizer::authorize(std::string key) {
    co_await notice_cancellation();
    Duration wait = kFirstWait;
    while (!co_await try_once(key) && !co_await is_cancelled()) {
        co_await timer_.wait_until(clock_.now() + wait);
        wait = std::min(wait * 2, kLongestWait);
    }
}

/// True if there is nothing more to be done. Whoever changes the connection from then on starts anew.
Task<bool> ConnectionAuthorizer::try_once(const std::string& key) {
    {
        const std::lock_guard lock{mutex_};
        if (!waiting(key)) {
            under_way_.erase(key);
            co_return true;
        }
    }
    const bus::Document document = waiting(key);
    if (!document)
        co_return false;
    auto connection = connection_of(*document);
    const std::string version = text_of(*document, "Version");
    const Status outcome =
        connection ? co_await destinations_.authorize(std::move(*connection)) : Status{std::move(connection).error()};
    if (!co_await is_cancelled())
        (void)co_await record(key, version, outcome);
    co_return false;
}

Task<Status> ConnectionAuthorizer::record(const std::string& key, const std::string& version, const Status& outcome) {
    co_return co_await catalog_.change([&](bus::Edit& edit) {
        const bus::Document found = edit.find(bus::Kind::Connection, key);
        if (!found || text_of(*found, "Version") != version || text_of(*found, "ConnectionState") != "AUTHORIZING")
            return false;
        json::Object changed = *found;
        if (outcome) {
            changed.set("ConnectionState", "AUTHORIZED");
            changed.set("LastAuthorizedTime", clock_.now().time_since_epoch().count());
            changed.remove("StateReason");
        } else if (const std::string reason = std::string{utf8_prefix(outcome.error().message, kLongestReason)};
                   reason != text_of(*found, "StateReason")) {
            changed.set("StateReason", reason);
        } else {
            return false;
        }
        edit.put(bus::Kind::Connection, key, std::move(changed));
        return true;
    });
}

}  // namespace rialto::targets
