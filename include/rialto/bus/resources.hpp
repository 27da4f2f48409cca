#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rialto/base/time.hpp"
#include "rialto/bus/identity.hpp"
#include "rialto/json/value.hpp"

namespace rialto::bus {

/// What clients and the configuration make. In the order of kNames in resources.cpp, which the database knows.
enum class Kind : std::uint8_t {
    Bus,
    Rule,
    Archive,
    Replay,
    Connection,
    ApiDestination,
    Endpoint,
    EventSource,  ///< Of a partner, in the account that it was offered to.
    Fired,        ///< Up to when (At) a rule's schedule (ScheduleExpression) has fired. Its key is the rule's.
};
inline constexpr std::size_t kKinds = 9;

std::string_view name_of(Kind kind);
std::optional<Kind> kind_of(std::string_view name);

/// The key of a resource is its owner's account and region and its name, with colons between them; of a rule the name
/// of its bus comes before its own. No name holds a colon.
std::string key_of(const Identity& owner, std::string_view name);
std::string rule_key(const Identity& owner, std::string_view bus, std::string_view rule);

/// The owner that a key begins with.
Identity owner_in(const std::string& key);

/// The names that a rule's key is made of.
struct RuleName {
    Identity owner;
    std::string bus;
    std::string rule;
};
RuleName names_in(const std::string& rule_key);

/// As documents keep the times that AWS cuts to the second, which are all but those of buses: in milliseconds.
inline std::int64_t whole_second(TimePoint time) {
    return Duration{std::chrono::floor<std::chrono::seconds>(time).time_since_epoch()}.count();
}

/// What is known of a resource, with the names that AWS's API has for it; times are whole milliseconds since 1970.
using Document = std::shared_ptr<const json::Object>;

/// Resources to read: in the catalog, or as an edit would leave them.
class Resources {
public:
    using Entry = std::pair<std::string, Document>;  ///< Key and document.

    virtual ~Resources() = default;

    /// Null if there is none.
    virtual Document find(Kind kind, std::string_view key) const = 0;

    /// Those whose key begins with `prefix`, in the order of their keys, from the first after `after` on.
    virtual std::vector<Entry> list(Kind kind, std::string_view prefix, std::size_t limit,
                                    std::string_view after = {}) const = 0;

    /// Whether the configuration declares it.
    virtual bool is_declared(Kind kind, std::string_view key) const = 0;

    std::vector<Entry> list(Kind kind, std::string_view prefix) const { return list(kind, prefix, ~std::size_t{0}); }
};

/// Resources and what shall become of them.
class Edit : public Resources {
public:
    virtual void put(Kind kind, std::string key, json::Object document) = 0;
    virtual void erase(Kind kind, std::string key) = 0;
};

}  // namespace rialto::bus
