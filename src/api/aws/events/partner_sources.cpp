#include "api/aws/events/partner_sources.hpp"

#include <set>
#include <utility>

#include "api/aws/events/operations.hpp"
#include "api/aws/events/shapes.hpp"
#include "api/aws/events/support.hpp"

/// The document of an event source: Name, Arn, CreatedBy, CreationTime as DescribeEventSource tells them; `Partner` and
/// `Account`, the accounts that offered it and that it was offered to; `PendingTime`, since when it waits unless there
/// is a bus; `Deactivated`, when its bus was cut off from it; `Deleted`, true if the partner withdrew it.
namespace rialto::api::aws::events {
namespace {

constexpr std::chrono::milliseconds kWait = std::chrono::days{14};

Shape source_prefix() { return string().at_least(1).at_most(256).matching(R"([/\.\-_A-Za-z0-9]+)"); }

Shape partner_source_prefix() {
    return string().at_least(1).at_most(256).matching(R"(aws\.partner/[\.\-_A-Za-z0-9]+/[/\.\-_A-Za-z0-9]*)");
}

Shape by_name(const std::string& operation) {
    return structure(operation + "Request", {required("Name", event_source_name())});
}

Shape page_by(const std::string& operation, Member filter) {
    return structure(operation + "Request",
                     {std::move(filter), optional("NextToken", next_token()), optional("Limit", limit())});
}

/// The same for all accounts.
std::string arn_of_source(const std::string& region, std::string_view name) {
    return arn_of({.account = "", .region = region}, "event-source", name);
}

std::unexpected<Failure> no_source(const std::string& name) {
    return failure(Exception::ResourceNotFound, "Event source " + name + " does not exist.");
}

/// The account that a partner's request names.
Identity customer_in(const Invocation& call) { return {text_of(call.input, "Account"), call.caller.region}; }

void show_times(const EventSource& source, json::Object& shown) {
    copy_times(*source.document, {"CreationTime"}, shown);
    if (source.expires)
        copy_times(json::Object{{"ExpirationTime", *source.expires}}, {"ExpirationTime"}, shown);
}

// --- the partner's side

/// Calls `take(name, account, source)` for each that the caller offered to anybody in its region, by account.
template <class Take>
void for_each_offered(const Resources& resources, const Invocation& call, TimePoint now, Take take) {
    for (const auto& [key, document] : resources.list(Kind::EventSource, "")) {
        const std::string name = text_of(*document, "Name");
        const std::string account = text_of(*document, "Account");
        if (text_in(*document, "Partner") != call.caller.account ||
            text_in(*document, "Arn") != arn_of_source(call.caller.region, name))
            continue;
        if (auto source = find_event_source(resources, {account, call.caller.region}, name, now))
            take(name, account, *source);
    }
}

Outcome<Output> create_partner(const Rooms& rooms, Edit& edit, const Invocation& call) {
    const std::string name = text_of(call.input, "Name");
    const Identity owner = customer_in(call);
    const TimePoint now = rooms.clock.now();
    const auto present = find_event_source(edit, owner, name, now);
    if (present && present->state != "DELETED")
        return failure(Exception::ResourceAlreadyExists, "Event source " + name + " already exists.");
    const std::string arn = arn_of_source(owner.region, name);
    const auto begin = name.find('/') + 1;
    edit.put(Kind::EventSource, bus::key_of(owner, name),
             {{"Name", name},
              {"Arn", arn},
              {"CreatedBy", name.substr(begin, name.find('/', begin) - begin)},
              {"CreationTime", whole_second(now)},
              {"Partner", call.caller.account},
              {"Account", owner.account},
              {"PendingTime", whole_second(now)}});
    return json::Object{{"EventSourceArn", arn}};
}

Outcome<Output> describe_partner(const Rooms& rooms, const Resources& resources, const Invocation& call) {
    const std::string name = text_of(call.input, "Name");
    bool offered = false;
    for_each_offered(resources, call, rooms.clock.now(),
                     [&](const std::string& one, const std::string&, const EventSource& source) {
                         offered = offered || (one == name && source.state != "DELETED");
                     });
    if (!offered)
        return no_source(name);
    return json::Object{{"Arn", arn_of_source(call.caller.region, name)}, {"Name", name}};
}

Outcome<Output> list_partner(const Rooms& rooms, const Resources& resources, const Invocation& call) {
    const std::string prefix = text_of(call.input, "NamePrefix");
    std::set<std::string> names;
    for_each_offered(resources, call, rooms.clock.now(),
                     [&](const std::string& name, const std::string&, const EventSource& source) {
                         if (name.starts_with(prefix) && source.state != "DELETED")
                             names.insert(name);
                     });
    json::Array all;
    for (const std::string& name : names)
        all.emplace_back(json::Object{{"Arn", arn_of_source(call.caller.region, name)}, {"Name", name}});
    return show_page(page_of(all, "Name", call.input), "PartnerEventSources",
                     [](const Resources::Entry& entry) -> json::Value { return *entry.second; });
}

Outcome<Output> list_accounts(const Rooms& rooms, const Resources& resources, const Invocation& call) {
    const std::string name = text_of(call.input, "EventSourceName");
    json::Array all;
    for_each_offered(resources, call, rooms.clock.now(),
                     [&](const std::string& one, const std::string& account, const EventSource& source) {
                         if (one != name)
                             return;
                         json::Object shown{{"Account", account}};
                         show_times(source, shown);
                         shown.set("State", source.state);
                         all.emplace_back(std::move(shown));
                     });
    if (all.empty())
        return no_source(name);
    return show_page(page_of(all, "Account", call.input), "PartnerEventSourceAccounts",
                     [](const Resources::Entry& entry) -> json::Value { return *entry.second; });
}

/// An absent source, or another partner's, is no error: AWS knows none here. A bus of the account outlives its source.
Outcome<Output> delete_partner(Edit& edit, const Invocation& call) {
    const std::string name = text_of(call.input, "Name");
    const std::string key = bus::key_of(customer_in(call), name);
    const Document present = edit.find(Kind::EventSource, key);
    if (!present || text_in(*present, "Partner") != call.caller.account)
        return Output{};
    if (!edit.find(Kind::Bus, key)) {
        edit.erase(Kind::EventSource, key);
        return Output{};
    }
    json::Object source = *present;
    source.set("Deleted", true);
    edit.put(Kind::EventSource, key, std::move(source));
    return Output{};
}

// --- the customer's side

Outcome<EventSource> find_own(const Resources& resources, const Invocation& call, TimePoint now) {
    const std::string name = text_of(call.input, "Name");
    if (auto found = find_event_source(resources, call.caller, name, now))
        return std::move(*found);
    return no_source(name);
}

Outcome<Output> activate(const Rooms& rooms, Edit& edit, const Invocation& call) {
    auto source = find_own(edit, call, rooms.clock.now());
    if (!source)
        return std::unexpected{std::move(source.error())};
    const std::string name = text_of(call.input, "Name");
    const std::string key = bus::key_of(call.caller, name);
    if (source->state != "PENDING")
        return failure(Exception::InvalidState, "Event source " + name + " is not in PENDING state.");
    if (!edit.find(Kind::Bus, key))
        return failure(Exception::InvalidState, "Event source " + name + " has no matching event bus.");
    json::Object active = *source->document;
    active.remove("Deactivated");
    edit.put(Kind::EventSource, key, std::move(active));
    return Output{};
}

Outcome<Output> deactivate(const Rooms& rooms, Edit& edit, const Invocation& call) {
    const TimePoint now = rooms.clock.now();
    auto source = find_own(edit, call, now);
    if (!source)
        return std::unexpected{std::move(source.error())};
    const std::string name = text_of(call.input, "Name");
    if (source->state != "ACTIVE")
        return failure(Exception::InvalidState, "Event source " + name + " is not in ACTIVE state.");
    json::Object pending = *source->document;
    pending.set("Deactivated", millis(now));
    pending.set("PendingTime", whole_second(now));
    edit.put(Kind::EventSource, bus::key_of(call.caller, name), std::move(pending));
    return Output{};
}

json::Object shown(const EventSource& source) {
    json::Object output;
    copy(*source.document, {"Arn", "CreatedBy"}, output);
    show_times(source, output);
    copy(*source.document, {"Name"}, output);
    output.set("State", source.state);
    return output;
}

Outcome<Output> describe(const Rooms& rooms, const Resources& resources, const Invocation& call) {
    auto source = find_own(resources, call, rooms.clock.now());
    if (!source)
        return std::unexpected{std::move(source.error())};
    return shown(*source);
}

Outcome<Output> list_own(const Rooms& rooms, const Resources& resources, const Invocation& call) {
    const auto source_of = [&, now = rooms.clock.now()](const json::Object& document) {
        return find_event_source(resources, call.caller, text_of(document, "Name"), now);
    };
    const auto wanted = [&](const json::Object& document) { return source_of(document).has_value(); };
    const std::string prefix = bus::key_of(call.caller, text_of(call.input, "NamePrefix"));
    return show_page(page_of(resources, Kind::EventSource, prefix, call.input, wanted), "EventSources",
                     [&](const Resources::Entry& entry) -> json::Value { return shown(*source_of(*entry.second)); });
}

/// Operations that need to know what time it is.
using Read = Outcome<Output> (*)(const Rooms&, const Resources&, const Invocation&);
using Change = Outcome<Output> (*)(const Rooms&, Edit&, const Invocation&);

Operation reading_now(const Rooms& rooms, std::string name, Shape input, Read read) {
    return reading(
        rooms.catalog, std::move(name), std::move(input),
        [rooms, read](const Resources& resources, const Invocation& call) { return read(rooms, resources, call); });
}

Operation changing_now(const Rooms& rooms, std::string name, Shape input, Change change) {
    return changing(rooms.catalog, std::move(name), std::move(input),
                    [rooms, change](Edit& edit, const Invocation& call) { return change(rooms, edit, call); });
}

}  // namespace

std::optional<EventSource> find_event_source(const Resources& resources, const Identity& owner, std::string_view name,
                                             TimePoint now) {
    const std::string key = bus::key_of(owner, name);
    EventSource source{.document = resources.find(Kind::EventSource, key), .state = "PENDING", .expires = {}};
    if (!source.document)
        return std::nullopt;
    const Document bus = resources.find(Kind::Bus, key);
    if (flag_in(*source.document, "Deleted")) {
        source.state = "DELETED";
        return bus ? std::optional{std::move(source)} : std::nullopt;
    }
    // Of a bus that was made after it, a deactivation does not tell.
    const auto deactivated = int64_of(*source.document, "Deactivated");
    if (bus && (!deactivated || *deactivated < int64_of(*bus, "CreationTime").value_or(0))) {
        source.state = "ACTIVE";
        return source;
    }
    source.expires = int64_of(*source.document, "PendingTime").value_or(0) + kWait.count();
    return millis(now) < *source.expires ? std::optional{std::move(source)} : std::nullopt;
}

Operation create_partner_event_source(const Rooms& rooms) {
    return changing_now(rooms, "CreatePartnerEventSource",
                        structure("CreatePartnerEventSourceRequest",
                                  {required("Name", event_source_name()), required("Account", account_id())}),
                        create_partner);
}

Operation describe_partner_event_source(const Rooms& rooms) {
    return reading_now(rooms, "DescribePartnerEventSource", by_name("DescribePartnerEventSource"), describe_partner);
}

Operation list_partner_event_sources(const Rooms& rooms) {
    return reading_now(rooms, "ListPartnerEventSources",
                       page_by("ListPartnerEventSources", required("NamePrefix", partner_source_prefix())),
                       list_partner);
}

Operation list_partner_event_source_accounts(const Rooms& rooms) {
    return reading_now(rooms, "ListPartnerEventSourceAccounts",
                       page_by("ListPartnerEventSourceAccounts", required("EventSourceName", event_source_name())),
                       list_accounts);
}

Operation delete_partner_event_source(const Rooms& rooms) {
    return changing(rooms.catalog, "DeletePartnerEventSource",
                    structure("DeletePartnerEventSourceRequest",
                              {required("Name", event_source_name()), required("Account", account_id())}),
                    delete_partner);
}

Operation activate_event_source(const Rooms& rooms) {
    return changing_now(rooms, "ActivateEventSource", by_name("ActivateEventSource"), activate);
}

Operation deactivate_event_source(const Rooms& rooms) {
    return changing_now(rooms, "DeactivateEventSource", by_name("DeactivateEventSource"), deactivate);
}

Operation describe_event_source(const Rooms& rooms) {
    return reading_now(rooms, "DescribeEventSource", by_name("DescribeEventSource"), describe);
}

Operation list_event_sources(const Rooms& rooms) {
    return reading_now(rooms, "ListEventSources", page_by("ListEventSources", optional("NamePrefix", source_prefix())),
                       list_own);
}

}  // namespace rialto::api::aws::events
