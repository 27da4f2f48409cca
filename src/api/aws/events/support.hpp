#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/aws/operation.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/bus/catalog.hpp"
#include "rialto/bus/policy.hpp"
#include "rialto/json/members.hpp"
#include "rialto/json/value.hpp"

/// What the operations of EventBridge have in common.
namespace rialto::api::aws::events {

using bus::Document;
using bus::Edit;
using bus::Identity;
using bus::Kind;
using bus::Resources;
using json::int64_of;
using json::object_of;
using json::text_of;

/// An operation that only looks at the catalog. Its answer is worked out under the catalog's lock.
Operation reading(const bus::Catalog& catalog, std::string name, Shape input,
                  std::function<Outcome<Output>(const Resources&, const Invocation&)> answer);

/// An operation that changes the catalog. If it fails nothing was changed; if it succeeds its change is durable.
Operation changing(bus::Catalog& catalog, std::string name, Shape input,
                   std::function<Outcome<Output>(Edit&, const Invocation&)> answer);

// --- members of requests and documents
// ---------------------------------------------------------------------------------

/// The member's text, or nothing if it is not there.
std::optional<std::string> text_in(const json::Object& object, std::string_view name);
/// False if it is not there.
bool flag_in(const json::Object& object, std::string_view name);

/// Copies those of the members that `from` has, in this order.
void copy(const json::Object& from, std::initializer_list<std::string_view> names, json::Object& to);

/// As copy(), but a text that is given empty removes the member.
void replace(const json::Object& from, std::initializer_list<std::string_view> names, json::Object& to);

/// A document keeps times in milliseconds, AWS's answers have them in seconds. Copies those that are there.
void copy_times(const json::Object& from, std::initializer_list<std::string_view> names, json::Object& to);
std::int64_t millis(TimePoint time);
using bus::whole_second;
/// A time of a request: seconds, with a fraction perhaps, cut to milliseconds. Clamped to the years that we can write.
std::optional<std::int64_t> millis_in(const json::Object& input, std::string_view name);

// --- owners, names and ARNs
// --------------------------------------------------------------------------------------------

/// `arn:aws:events:REGION:ACCOUNT:KIND/NAME`.
std::string arn_of(const Identity& owner, std::string_view kind, std::string_view name);

/// LimitExceeded in AWS's words.
std::unexpected<Failure> over_quota();

/// over_quota() if clients have made `most` resources of the kind whose keys begin with `prefix` already.
Outcome<void> check_room(const Resources& resources, Kind kind, const std::string& prefix, std::size_t most);
/// The same for those of an owner.
Outcome<void> check_room(const Resources& resources, Kind kind, const Identity& owner, std::size_t most);

/// Validation if the configuration declares the resource: clients change only what clients made. `what` names it.
Outcome<void> check_not_declared(const Resources& resources, Kind kind, const std::string& key, std::string_view what);

/// The same for a bus's settings, which clients may change unless the configuration has any of them.
Outcome<void> check_may_change_bus(const json::Object& bus);

/// A bus that a request names, by its name or ARN; "default" if it names none.
struct BusName {
    Identity owner;
    std::string name;

    std::string key() const { return bus::key_of(owner, name); }
    std::string arn() const { return arn_of(owner, "event-bus", name); }
};
BusName bus_named(const json::Object& input, std::string_view member, const Identity& caller);

/// The bus's document. Every account has a bus "default" in each region, whether it was ever used or not.
/// ResourceNotFound in AWS's words.
Outcome<Document> find_bus(const Resources& resources, const BusName& bus, TimePoint born);

/// The same for a caller that wants to do `action` to it ("PutRule"): somebody of another account needs the permission
/// of the bus's policy. What they do it to was made by `creator`, if it is there already. AccessDenied.
Outcome<Document> open_bus(const Resources& resources, const BusName& bus, const Identity& caller,
                           std::string_view action, TimePoint born, const std::string& creator = {});

/// A bus that a request wants to change, as it is.
struct BusToChange {
    BusName name;
    json::Object document;
};

/// The bus that `member` of the request names. ResourceNotFound, or Validation by check_may_change_bus().
Outcome<BusToChange> bus_to_change(const Resources& resources, const Invocation& call, std::string_view member,
                                   TimePoint born);

/// Whether an account may do so, given what conditions of a policy may ask about.
Outcome<void> check_access(const json::Object& document, const BusName& bus, const bus::PolicyRequest& request);

// --- pages
// -------------------------------------------------------------------------------------------------------------

/// One page of a list in the order of keys.
struct Page {
    std::vector<Resources::Entry> entries;
    std::optional<std::string> next_token;
};

/// The page that the request asks for by its `Limit` (or `limit_member`) and `NextToken`, of the resources whose key
/// begins with `prefix` and that `wanted` keeps. A token is good for the request's other members only; otherwise the
/// failure is Validation in AWS's words.
Outcome<Page> page_of(const Resources& resources, Kind kind, const std::string& prefix, const json::Object& input,
                      const std::function<bool(const json::Object&)>& wanted, std::string_view limit_member = "Limit");

/// The same for a list that the caller has, in the order of their member `key`, so that a token holds when entries go.
Outcome<Page> page_of(const json::Array& all, std::string_view key, const json::Object& input);

/// `{LIST: [...], NextToken}` with each entry as `show` has it.
Outcome<Output> show_page(Outcome<Page> page, std::string_view list,
                          const std::function<json::Value(const Resources::Entry&)>& show);

}  // namespace rialto::api::aws::events
