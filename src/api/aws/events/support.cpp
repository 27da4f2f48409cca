#include "api/aws/events/support.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "rialto/base/encoding.hpp"
#include "rialto/model/arn.hpp"

namespace rialto::api::aws::events {
namespace {

constexpr std::size_t kMostInPage = 100;

Task<Outcome<Output>> read(const bus::Catalog& catalog, Invocation call,
                           const std::function<Outcome<Output>(const Resources&, const Invocation&)>& answer) {
    co_return catalog.read([&](const Resources& resources) { return answer(resources, call); });
}

Task<Outcome<Output>> change(bus::Catalog& catalog, Invocation call,
                             const std::function<Outcome<Output>(Edit&, const Invocation&)>& answer) {
    Outcome<Output> outcome;
    Status changed = co_await catalog.change([&](Edit& edit) {
        outcome = answer(edit, call);
        return outcome.has_value();
    });
    if (!changed)
        co_return std::unexpected{to_failure(changed.error())};
    co_return outcome;
}

/// What a page's list depends on: all that was asked but the page.
std::string fingerprint(const json::Object& input, std::string_view limit_member) {
    json::Object asked = input;
    asked.remove("NextToken");
    asked.remove(limit_member);
    constexpr std::size_t kEnough = 16;
    return to_hex(sha256(json::write(asked))).substr(0, kEnough);
}

/// The key after which the page begins; empty for the first page.
Outcome<std::string> begin_of_page(const json::Object& input, std::string_view limit_member) {
    const auto token = text_in(input, "NextToken");
    if (!token)
        return std::string{};
    const std::string print = fingerprint(input, limit_member);
    const auto decoded = from_base64(*token);
    if (!decoded || decoded->size() <= print.size())
        return failure(Exception::Validation, "Parameter NextToken is not valid. Reason: Malformed request.");
    if (!decoded->starts_with(print))
        return failure(Exception::Validation, "Parameter NextToken is not valid. Reason: Token invalid.");
    return decoded->substr(print.size());
}

std::string token_for(const json::Object& input, std::string_view limit_member, const std::string& last) {
    return to_base64(fingerprint(input, limit_member) + last);
}

std::size_t limit_in(const json::Object& input, std::string_view limit_member) {
    return static_cast<std::size_t>(int64_of(input, limit_member).value_or(kMostInPage));
}

json::Number seconds(std::int64_t millis) {
    constexpr std::int64_t kPerSecond = 1000;
    std::string text = std::to_string(millis / kPerSecond);
    const auto fraction = millis % kPerSecond;
    if (fraction != 0) {
        const std::string digits = std::to_string(kPerSecond + fraction).substr(1);
        text += '.' + digits.substr(0, digits.find_last_not_of('0') + 1);
    }
    return {text};
}

}  // namespace

Operation reading(const bus::Catalog& catalog, std::string name, Shape input,
                  std::function<Outcome<Output>(const Resources&, const Invocation&)> answer) {
    return {.name = std::move(name),
            .input = std::move(input),
            .run = [&catalog, answer = std::move(answer)](Invocation call) {
                return read(catalog, std::move(call), answer);
            }};
}

Operation changing(bus::Catalog& catalog, std::string name, Shape input,
                   std::function<Outcome<Output>(Edit&, const Invocation&)> answer) {
    return {.name = std::move(name),
            .input = std::move(input),
            .run = [&catalog, answer = std::move(answer)](Invocation call) {
                return change(catalog, std::move(call), answer);
            }};
}

std::optional<std::string> text_in(const json::Object& object, std::string_view name) {
    const json::Value* value = object.find(name);
    return value && value->as_string() ? std::optional{*value->as_string()} : std::nullopt;
}

bool flag_in(const json::Object& object, std::string_view name) {
    const json::Value* value = object.find(name);
    return value && value->as_bool() && *value->as_bool();
}

void copy(const json::Object& from, std::initializer_list<std::string_view> names, json::Object& to) {
    for (const std::string_view name : names)
        if (const json::Value* value = from.find(name))
            to.set(std::string{name}, *value);
}

void replace(const json::Object& from, std::initializer_list<std::string_view> names, json::Object& to) {
    copy(from, names, to);
    for (const std::string_view name : names)
        if (text_in(from, name) == "")
            to.remove(name);
}

void copy_times(const json::Object& from, std::initializer_list<std::string_view> names, json::Object& to) {
    for (const std::string_view name : names)
        if (const auto time = int64_of(from, name))
            to.set(std::string{name}, seconds(*time));
}

std::int64_t millis(TimePoint time) { return time.time_since_epoch().count(); }

std::optional<std::int64_t> millis_in(const json::Object& input, std::string_view name) {
    constexpr double kPerSecond = 1000;
    constexpr double kLast = 253402300799;  // the end of the year 9999
    const json::Value* value = input.find(name);
    const auto given = value ? value->as_double() : std::nullopt;
    if (!given)
        return std::nullopt;
    // Epoch seconds as doubles are exact to the microsecond; rounding keeps 0.123 from becoming 122 ms.
    return static_cast<std::int64_t>(std::floor(std::clamp(*given, 0.0, kLast) * kPerSecond + 1e-3));
}

std::string arn_of(const Identity& owner, std::string_view kind, std::string_view name) {
    return model::Arn{.service = "events",
                      .region = owner.region,
                      .account = owner.account,
                      .resource = std::string{kind} + '/' + std::string{name}}
        .text();
}

std::unexpected<Failure> over_quota() {
    return failure(Exception::LimitExceeded, "The requested resource exceeds the maximum number allowed.");
}

Outcome<void> check_room(const Resources& resources, Kind kind, const std::string& prefix, std::size_t most) {
    const auto all = resources.list(kind, prefix);
    const auto made =
        std::ranges::count_if(all, [&](const auto& entry) { return !resources.is_declared(kind, entry.first); });
    return std::cmp_less(made, most) ? Outcome<void>{} : over_quota();
}

Outcome<void> check_room(const Resources& resources, Kind kind, const Identity& owner, std::size_t most) {
    return check_room(resources, kind, bus::key_of(owner, ""), most);
}

Outcome<void> check_not_declared(const Resources& resources, Kind kind, const std::string& key, std::string_view what) {
    if (!resources.is_declared(kind, key))
        return {};
    return failure(Exception::Validation, std::string{what} + " is declared in the server's configuration.");
}

Outcome<void> check_may_change_bus(const json::Object& bus) {
    if (!bus.find("ManagedBy"))
        return {};
    return failure(Exception::Validation,
                   "Event bus " + text_of(bus, "Name") + " is declared in the server's configuration.");
}

BusName bus_named(const json::Object& input, std::string_view member, const Identity& caller) {
    const std::string given = text_in(input, member).value_or("default");
    if (const auto arn = model::Arn::parse(given))
        if (const auto name = arn->name_after("event-bus/"))
            return {.owner = {arn->account, arn->region}, .name = *name};
    return {.owner = caller, .name = given};
}

Outcome<Document> find_bus(const Resources& resources, const BusName& bus, TimePoint born) {
    if (Document found = resources.find(Kind::Bus, bus.key()))
        return found;
    if (bus.name != "default")
        return failure(Exception::ResourceNotFound, "Event bus " + bus.name + " does not exist.");
    return std::make_shared<const json::Object>(
        json::Object{{"Name", bus.name}, {"CreationTime", millis(born)}, {"LastModifiedTime", millis(born)}});
}

Outcome<Document> open_bus(const Resources& resources, const BusName& bus, const Identity& caller,
                           std::string_view action, TimePoint born, const std::string& creator) {
    auto found = find_bus(resources, bus, born);
    if (!found)
        return found;
    const bus::PolicyRequest request{
        .account = caller.account,
        .action = "events:" + std::string{action},
        .resource = bus.arn(),
        .context = {{"events:creatorAccount", creator.empty() ? caller.account : creator}}};
    if (auto allowed = check_access(**found, bus, request); !allowed)
        return std::unexpected{std::move(allowed.error())};
    return found;
}

Outcome<BusToChange> bus_to_change(const Resources& resources, const Invocation& call, std::string_view member,
                                   TimePoint born) {
    BusName name = bus_named(call.input, member, call.caller);
    const auto found = find_bus(resources, name, born);
    if (!found)
        return std::unexpected{found.error()};
    if (auto may = check_may_change_bus(**found); !may)
        return std::unexpected{std::move(may.error())};
    return BusToChange{.name = std::move(name), .document = **found};
}

Outcome<void> check_access(const json::Object& document, const BusName& bus, const bus::PolicyRequest& request) {
    if (request.account == bus.owner.account || bus::permits(text_of(document, "Policy"), request))
        return {};
    return failure(Exception::AccessDenied,
                   "User: arn:aws:iam::" + request.account + ":root is not authorized to perform: " + request.action +
                       " on resource: " + request.resource + " because no resource-based policy allows the " +
                       request.action + " action");
}

Outcome<Page> page_of(const Resources& resources, Kind kind, const std::string& prefix, const json::Object& input,
                      const std::function<bool(const json::Object&)>& wanted, std::string_view limit_member) {
    auto after = begin_of_page(input, limit_member);
    if (!after)
        return std::unexpected{std::move(after.error())};
    const std::size_t limit = limit_in(input, limit_member);
    constexpr std::size_t kLookedAtOnce = 256;
    Page page;
    while (true) {
        auto some = resources.list(kind, prefix, kLookedAtOnce, *after);
        if (some.empty())
            return page;
        *after = some.back().first;
        for (auto& entry : some) {
            if (wanted && !wanted(*entry.second))
                continue;
            if (page.entries.size() == limit) {
                page.next_token = token_for(input, limit_member, page.entries.back().first);
                return page;
            }
            page.entries.push_back(std::move(entry));
        }
    }
}

Outcome<Page> page_of(const json::Array& all, std::string_view key, const json::Object& input) {
    auto after = begin_of_page(input, "Limit");
    if (!after)
        return std::unexpected{std::move(after.error())};
    const auto key_in = [key](const json::Value& one) { return text_of(*one.as_object(), key); };
    auto at = all.begin();
    if (!after->empty()) {
        at = std::ranges::find(all, *after, key_in);
        at = at == all.end() ? std::ranges::upper_bound(all, *after, {}, key_in) : std::next(at);
    }
    const std::size_t limit = limit_in(input, "Limit");
    Page page;
    for (; at != all.end() && page.entries.size() < limit; ++at)
        page.entries.emplace_back(key_in(*at), std::make_shared<const json::Object>(*at->as_object()));
    if (at != all.end())
        page.next_token = token_for(input, "Limit", page.entries.back().first);
    return page;
}

Outcome<Output> show_page(Outcome<Page> page, std::string_view list,
                          const std::function<json::Value(const Resources::Entry&)>& show) {
    if (!page)
        return std::unexpected{std::move(page.error())};
    json::Array shown;
    for (const auto& entry : page->entries)
        shown.push_back(show(entry));
    json::Object output{{std::string{list}, std::move(shown)}};
    if (page->next_token)
        output.set("NextToken", *page->next_token);
    return output;
}

}  // namespace rialto::api::aws::events
