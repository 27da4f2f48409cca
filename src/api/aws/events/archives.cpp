#include <algorithm>
#include <limits>

#include "api/aws/events/operations.hpp"
#include "api/aws/events/shapes.hpp"
#include "api/aws/events/support.hpp"
#include "rialto/bus/archive_rule.hpp"
#include "rialto/model/arn.hpp"
#include "rialto/pattern/pattern.hpp"

/// Archives. A document has ArchiveName, EventSourceArn, State, CreationTime and, as far as they were given,
/// StateReason, Description, EventPattern, RetentionDays and KmsKeyIdentifier. Its own rule stands on its bus: what
/// matches is delivered to the archive.
namespace rialto::api::aws::events {
namespace {

std::unexpected<Failure> missing(const std::string& archive) {
    return failure(Exception::ResourceNotFound, "Archive " + archive + " does not exist.");
}

/// The archive that is to be changed.
Outcome<Document> find_to_change(const Resources& resources, const std::string& key, const std::string& name) {
    Document found = resources.find(Kind::Archive, key);
    if (!found)
        return missing(name);
    if (auto may = check_not_declared(resources, Kind::Archive, key, "Archive " + name); !may)
        return std::unexpected{std::move(may.error())};
    return found;
}

Outcome<void> check_pattern(const json::Object& input) {
    const std::string text = text_of(input, "EventPattern");
    if (text.empty())
        return {};
    const auto pattern = pattern::Pattern::parse(text);
    if (!pattern)
        return failure(Exception::InvalidEventPattern,
                       "Event pattern is not valid. Reason: " + pattern.error().message);
    return {};
}

/// The bus whose events are archived, which must be the caller's.
Outcome<BusName> source_of(const Resources& resources, const Invocation& call, TimePoint born) {
    const auto arn = model::Arn::parse(text_of(call.input, "EventSourceArn"));
    if (!arn || !arn->name_after("event-bus/"))
        return failure(Exception::Validation,
                       "Parameter EventSourceArn is not valid. Reason: Must contain an event bus ARN.");
    BusName bus{.owner = {arn->account, arn->region}, .name = *arn->name_after("event-bus/")};
    if (bus.owner != call.caller)
        return failure(Exception::ResourceNotFound, "Event bus " + bus.name + " does not exist.");
    if (const auto found = find_bus(resources, bus, born); !found)
        return std::unexpected{found.error()};
    return bus;
}

/// A client may have made a rule of the name of the archive's own, while that was lost or before.
Outcome<void> check_archive_rule(const Resources& resources, const Identity& owner, const json::Object& archive) {
    const auto [key, own] = bus::archive_rule(owner, archive, 0);
    const Document found = resources.find(Kind::Rule, key);
    if (!found || text_in(*found, "Archive") == text_in(own, "Archive"))
        return {};
    return failure(Exception::ResourceAlreadyExists, "Rule " + text_of(own, "Name") + " already exists on EventBus " +
                                                         text_of(own, "EventBusName") + ".");
}

/// Puts the archive's own rule on its bus, or puts it right.
void put_rule_of(const json::Object& archive, Edit& edit, const Identity& owner, std::int64_t now) {
    auto [key, rule] = bus::archive_rule(owner, archive, now);
    edit.put(Kind::Rule, std::move(key), std::move(rule));
}

json::Object answer(const json::Object& archive, const Identity& owner) {
    json::Object output{{"ArchiveArn", arn_of(owner, "archive", text_of(archive, "ArchiveName"))}};
    copy(archive, {"State", "StateReason"}, output);
    copy_times(archive, {"CreationTime"}, output);
    return output;
}

Outcome<Output> create(const Rooms& rooms, Edit& edit, const Invocation& call) {
    const std::string name = *text_in(call.input, "ArchiveName");
    const std::string key = bus::key_of(call.caller, name);
    if (edit.find(Kind::Archive, key))
        return failure(Exception::ResourceAlreadyExists, "Archive " + name + " already exists.");
    const auto bus = source_of(edit, call, rooms.catalog.born());
    if (!bus)
        return std::unexpected{bus.error()};
    if (auto checked = check_pattern(call.input); !checked)
        return std::unexpected{std::move(checked.error())};
    const std::int64_t now = whole_second(rooms.clock.now());
    json::Object archive{{"ArchiveName", name}};
    copy(call.input, {"EventSourceArn", "RetentionDays"}, archive);
    replace(call.input, {"Description", "EventPattern", "KmsKeyIdentifier"}, archive);
    archive.set("State", "ENABLED");
    archive.set("CreationTime", now);
    if (auto free = check_archive_rule(edit, call.caller, archive); !free)
        return std::unexpected{std::move(free.error())};
    if (auto room = check_room(edit, Kind::Rule, bus->key() + ':', rooms.quotas.rules_per_bus); !room)
        return std::unexpected{std::move(room.error())};
    put_rule_of(archive, edit, call.caller, now);
    json::Object output = answer(archive, call.caller);
    edit.put(Kind::Archive, key, std::move(archive));
    return output;
}

Outcome<Output> update(Edit& edit, const Invocation& call, TimePoint born, std::int64_t now) {
    const auto given = [&](const char* name) { return call.input.find(name) != nullptr; };
    if (!given("EventPattern") && !given("RetentionDays") && !given("Description"))
        return failure(Exception::Validation,
                       "At least one of EventPattern, RetentionDays or Description must be provided.");
    const std::string name = *text_in(call.input, "ArchiveName");
    const std::string key = bus::key_of(call.caller, name);
    const auto found = find_to_change(edit, key, name);
    if (!found)
        return std::unexpected{found.error()};
    if (auto checked = check_pattern(call.input); !checked)
        return std::unexpected{std::move(checked.error())};
    // A bus may go while its archive has lost its rule.
    if (const auto bus = find_bus(edit, bus_named(**found, "EventSourceArn", call.caller), born); !bus)
        return std::unexpected{bus.error()};
    if (auto room = check_archive_rule(edit, call.caller, **found); !room)
        return std::unexpected{std::move(room.error())};
    json::Object archive = **found;
    copy(call.input, {"RetentionDays"}, archive);
    replace(call.input, {"Description", "EventPattern", "KmsKeyIdentifier"}, archive);
    archive.set("State", "ENABLED");
    archive.remove("StateReason");
    put_rule_of(archive, edit, call.caller, now);
    json::Object output = answer(archive, call.caller);
    edit.put(Kind::Archive, key, std::move(archive));
    return output;
}

/// Adds what the archive holds; nothing if that cannot be had now.
Task<Outcome<void>> add_figures(storage::ArchiveStore& store, const std::string& arn, json::Object& output) {
    auto figures = co_await store.figures(arn);
    if (!figures)
        co_return std::unexpected{to_failure(figures.error())};
    output.set("SizeBytes", figures->bytes);
    output.set("EventCount", figures->events);
    co_return Outcome<void>{};
}

Task<Outcome<Output>> describe(const bus::Catalog& catalog, storage::ArchiveStore& store, Invocation call) {
    const std::string name = *text_in(call.input, "ArchiveName");
    const Document found = catalog.read(
        [&](const Resources& resources) { return resources.find(Kind::Archive, bus::key_of(call.caller, name)); });
    if (!found)
        co_return missing(name);
    const std::string arn = arn_of(call.caller, "archive", name);
    json::Object output{{"ArchiveArn", arn}};
    copy(*found,
         {"ArchiveName", "EventSourceArn", "Description", "EventPattern", "State", "StateReason", "KmsKeyIdentifier"},
         output);
    output.set("RetentionDays", int64_of(*found, "RetentionDays").value_or(0));
    if (auto added = co_await add_figures(store, arn, output); !added)
        co_return std::unexpected{std::move(added.error())};
    copy_times(*found, {"CreationTime"}, output);
    co_return output;
}

/// One page of the caller's archives; at most one filter.
Outcome<Page> page(const Resources& resources, const Invocation& call, TimePoint born) {
    const auto filters = std::ranges::count_if(std::array{"NamePrefix", "EventSourceArn", "State"},
                                               [&](const char* name) { return call.input.find(name) != nullptr; });
    if (filters > 1)
        return failure(
            Exception::Validation,
            "At most one filter is allowed for ListArchives. Use either : State, EventSourceArn, or NamePrefix.");
    if (call.input.find("EventSourceArn"))
        if (const auto bus = source_of(resources, call, born); !bus)
            return std::unexpected{bus.error()};
    const auto wanted = [&](const json::Object& archive) {
        return std::ranges::all_of(std::array{"EventSourceArn", "State"}, [&](const char* name) {
            const auto filter = text_in(call.input, name);
            return !filter || text_in(archive, name) == filter;
        });
    };
    return page_of(resources, Kind::Archive, bus::key_of(call.caller, text_of(call.input, "NamePrefix")), call.input,
                   wanted);
}

Task<Outcome<Output>> list(const bus::Catalog& catalog, storage::ArchiveStore& store, Invocation call) {
    auto found = catalog.read([&](const Resources& resources) { return page(resources, call, catalog.born()); });
    if (!found)
        co_return std::unexpected{std::move(found.error())};
    json::Array archives;
    for (const auto& [key, archive] : found->entries) {
        json::Object item;
        copy(*archive, {"ArchiveName", "EventSourceArn", "State", "StateReason"}, item);
        item.set("RetentionDays", int64_of(*archive, "RetentionDays").value_or(0));
        const std::string arn = arn_of(call.caller, "archive", text_of(*archive, "ArchiveName"));
        if (auto added = co_await add_figures(store, arn, item); !added)
            co_return std::unexpected{std::move(added.error())};
        copy_times(*archive, {"CreationTime"}, item);
        archives.emplace_back(std::move(item));
    }
    json::Object output{{"Archives", std::move(archives)}};
    if (found->next_token)
        output.set("NextToken", *found->next_token);
    co_return output;
}

Outcome<Output> erase(Edit& edit, const Invocation& call) {
    const std::string name = *text_in(call.input, "ArchiveName");
    const std::string key = bus::key_of(call.caller, name);
    const auto found = find_to_change(edit, key, name);
    if (!found)
        return std::unexpected{found.error()};
    if (check_archive_rule(edit, call.caller, **found))
        edit.erase(Kind::Rule, bus::archive_rule(call.caller, **found, 0).key);
    edit.erase(Kind::Archive, key);
    return json::Object{};
}

/// The archive goes first, so that nothing is delivered to it any more; what it held, after that.
Task<Outcome<Output>> remove(bus::Catalog& catalog, storage::ArchiveStore& store, Invocation call) {
    Outcome<Output> outcome;
    Status changed = co_await catalog.change([&](Edit& edit) {
        outcome = erase(edit, call);
        return outcome.has_value();
    });
    if (changed && outcome)
        changed = co_await store.remove(arn_of(call.caller, "archive", *text_in(call.input, "ArchiveName")));
    if (!changed)
        co_return std::unexpected{to_failure(changed.error())};
    co_return outcome;
}

std::vector<Member> settings(std::vector<Member> members) {
    members.push_back(optional("Description", description()));
    members.push_back(optional("EventPattern", string().at_most(4096)));
    members.push_back(optional("RetentionDays", integer().at_least(0)));
    members.push_back(optional("KmsKeyIdentifier", kms_key()));
    return members;
}

Shape named(const char* name) { return structure(name, {required("ArchiveName", archive_name())}); }

}  // namespace

Operation create_archive(const Rooms& rooms) {
    return changing(rooms.catalog, "CreateArchive",
                    structure("CreateArchiveRequest", settings({required("ArchiveName", archive_name()),
                                                                required("EventSourceArn", source_arn())})),
                    [rooms](Edit& edit, const Invocation& call) { return create(rooms, edit, call); });
}

Operation update_archive(const Rooms& rooms) {
    return changing(rooms.catalog, "UpdateArchive",
                    structure("UpdateArchiveRequest", settings({required("ArchiveName", archive_name())})),
                    [&catalog = rooms.catalog, &clock = rooms.clock](Edit& edit, const Invocation& call) {
                        return update(edit, call, catalog.born(), whole_second(clock.now()));
                    });
}

Operation describe_archive(const Rooms& rooms) {
    return {.name = "DescribeArchive", .input = named("DescribeArchiveRequest"), .run = [rooms](Invocation call) {
                return describe(rooms.catalog, rooms.archives, std::move(call));
            }};
}

Operation list_archives(const Rooms& rooms) {
    return {.name = "ListArchives",
            .input = structure("ListArchivesRequest",
                               {optional("NamePrefix", archive_name()), optional("EventSourceArn", source_arn()),
                                optional("State", string().one_of({"CREATE_FAILED", "ENABLED", "UPDATING",
                                                                   "UPDATE_FAILED", "CREATING", "DISABLED"})),
                                optional("NextToken", next_token()), optional("Limit", limit())}),
            .run = [rooms](Invocation call) { return list(rooms.catalog, rooms.archives, std::move(call)); }};
}

Operation delete_archive(const Rooms& rooms) {
    return {.name = "DeleteArchive", .input = named("DeleteArchiveRequest"), .run = [rooms](Invocation call) {
                return remove(rooms.catalog, rooms.archives, std::move(call));
            }};
}

}  // namespace rialto::api::aws::events
