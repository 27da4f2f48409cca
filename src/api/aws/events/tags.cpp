#include "api/aws/events/tags.hpp"

#include <algorithm>
#include <utility>

#include "api/aws/events/operations.hpp"
#include "api/aws/events/shapes.hpp"
#include "api/aws/events/support.hpp"
#include "rialto/model/arn.hpp"

namespace rialto::api::aws::events {
namespace {

constexpr std::size_t kMostTags = 50;

/// What a request names, as it is kept.
struct Tagged {
    Kind kind;
    std::string key;
    Document document;
};

std::string key_of_tag(const json::Value& tag) { return text_of(*tag.as_object(), "Key"); }

Outcome<Tagged> find_bus_by(const Resources& resources, const BusName& bus, TimePoint born) {
    auto found = find_bus(resources, bus, born);
    if (!found)
        return std::unexpected{std::move(found.error())};
    return Tagged{.kind = Kind::Bus, .key = bus.key(), .document = std::move(*found)};
}

/// `path` is `RULE` on the default bus, otherwise `BUS/RULE`. The name of a bus may hold slashes.
Outcome<Tagged> find_rule_by(const Resources& resources, const Identity& owner, const std::string& path, bool is_own,
                             TimePoint born) {
    const auto slash = path.rfind('/');
    const std::string rule = path.substr(slash + 1);
    const BusName bus{.owner = owner, .name = slash == std::string::npos ? "default" : path.substr(0, slash)};
    if (auto there = find_bus(resources, bus, born); is_own && !there)
        return std::unexpected{std::move(there.error())};
    const std::string key = bus::rule_key(owner, bus.name, rule);
    if (Document found = resources.find(Kind::Rule, key); is_own && found)
        return Tagged{.kind = Kind::Rule, .key = key, .document = std::move(found)};
    return failure(Exception::ResourceNotFound, "Rule " + rule + " does not exist on EventBus " + bus.name + ".");
}

/// Resources of others are as if they were not there.
Outcome<Tagged> find_tagged(const Resources& resources, const Invocation& call, TimePoint born) {
    const auto named = model::Arn::parse(text_of(call.input, "ResourceARN"));
    const auto bus = named ? named->name_after("event-bus/") : std::nullopt;
    const auto rule = named ? named->name_after("rule/") : std::nullopt;
    if (!named || named->service != "events" || (!bus && !rule))
        return failure(Exception::Validation,
                       "Parameter ResourceARN is not valid. Reason: Provided Arn is not in correct format.");
    const Identity owner{named->account, named->region};
    const bool is_own = owner == call.caller;
    if (rule)
        return find_rule_by(resources, owner, *rule, is_own, born);
    if (!is_own)
        return failure(Exception::ResourceNotFound, "Event bus " + *bus + " does not exist.");
    return find_bus_by(resources, {.owner = owner, .name = *bus}, born);
}

/// The same, to be changed.
Outcome<Tagged> find_to_change(const Resources& resources, const Invocation& call, TimePoint born) {
    auto found = find_tagged(resources, call, born);
    if (found && found->kind == Kind::Bus)
        if (auto may = check_may_change_bus(*found->document); !may)
            return std::unexpected{std::move(may.error())};
    if (found && found->document->find("ManagedBy"))
        return failure(Exception::ManagedRule, text_of(*found->document, "Name") + " is a managed rule.");
    return found;
}

json::Array tags_of(const Tagged& tagged) {
    const json::Value* tags = tagged.document->find("Tags");
    return tags ? *tags->as_array() : json::Array{};
}

Output put(Edit& edit, const Tagged& tagged, json::Array tags) {
    json::Object document = *tagged.document;
    document.set("Tags", std::move(tags));
    edit.put(tagged.kind, tagged.key, std::move(document));
    return json::Object{};
}

Outcome<Output> tag(const Rooms& rooms, Edit& edit, const Invocation& call) {
    auto tagged = find_to_change(edit, call, rooms.catalog.born());
    if (!tagged)
        return std::unexpected{std::move(tagged.error())};
    auto tags = join_tags(tags_of(*tagged), *call.input.find("Tags")->as_array());
    if (!tags)
        return std::unexpected{std::move(tags.error())};
    return put(edit, *tagged, std::move(*tags));
}

Outcome<Output> untag(const Rooms& rooms, Edit& edit, const Invocation& call) {
    auto tagged = find_to_change(edit, call, rooms.catalog.born());
    if (!tagged)
        return std::unexpected{std::move(tagged.error())};
    const json::Array& keys = *call.input.find("TagKeys")->as_array();
    json::Array tags = tags_of(*tagged);
    std::erase_if(tags, [&keys](const json::Value& one) {
        return std::ranges::find(keys, json::Value{key_of_tag(one)}) != keys.end();
    });
    return put(edit, *tagged, std::move(tags));
}

Outcome<Output> list_all(const Rooms& rooms, const Resources& resources, const Invocation& call) {
    auto tagged = find_tagged(resources, call, rooms.catalog.born());
    if (!tagged)
        return std::unexpected{std::move(tagged.error())};
    return json::Object{{"Tags", tags_of(*tagged)}};
}

}  // namespace

Outcome<json::Array> join_tags(const json::Array& present, const json::Array& given) {
    json::Array joined = present;
    for (auto one = given.begin(); one != given.end(); ++one) {
        const std::string key = key_of_tag(*one);
        if (std::any_of(given.begin(), one, [&](const json::Value& other) { return key_of_tag(other) == key; }))
            return failure(Exception::Validation, "Invalid parameter: Duplicated keys are not allowed.");
        if (key.starts_with("aws:"))
            return failure(Exception::Validation,
                           "Invalid parameter: aws: prefixed tag key names are not allowed for external use.");
        const auto old = std::ranges::find(joined, key, key_of_tag);
        if (old != joined.end())
            *old = *one;
        else
            joined.push_back(*one);
        if (joined.size() > kMostTags)
            return over_quota();
    }
    return joined;
}

Outcome<void> put_tags(const json::Object& input, json::Object& document) {
    const json::Value* given = input.find("Tags");
    if (!given || given->as_array()->empty())
        return {};
    auto tags = join_tags({}, *given->as_array());
    if (!tags)
        return std::unexpected{std::move(tags.error())};
    document.set("Tags", std::move(*tags));
    return {};
}

Operation tag_resource(const Rooms& rooms) {
    return changing(rooms.catalog, "TagResource",
                    structure("TagResourceRequest", {required("ResourceARN", arn()), required("Tags", tags())}),
                    [rooms](Edit& edit, const Invocation& call) { return tag(rooms, edit, call); });
}

Operation untag_resource(const Rooms& rooms) {
    return changing(rooms.catalog, "UntagResource",
                    structure("UntagResourceRequest", {required("ResourceARN", arn()),
                                                       required("TagKeys", list(string().at_least(1).at_most(128)))}),
                    [rooms](Edit& edit, const Invocation& call) { return untag(rooms, edit, call); });
}

Operation list_tags_for_resource(const Rooms& rooms) {
    return reading(
        rooms.catalog, "ListTagsForResource", structure("ListTagsForResourceRequest", {required("ResourceARN", arn())}),
        [rooms](const Resources& resources, const Invocation& call) { return list_all(rooms, resources, call); });
}

}  // namespace rialto::api::aws::events
