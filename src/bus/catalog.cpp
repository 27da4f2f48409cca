#include "rialto/bus/catalog.hpp"

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <set>
#include <utility>

#include "bus/declared.hpp"
#include "bus/resource_table.hpp"
#include "bus/schedule_marks.hpp"
#include "rialto/base/log.hpp"
#include "rialto/bus/aws_target.hpp"
#include "rialto/json/members.hpp"

namespace rialto::bus {
namespace {

using json::text_of;

/// Kind and key of the row that says when the catalog began.
constexpr const char* kMeta = "catalog";
constexpr const char* kBorn = "born";

std::vector<model::Target> targets_of(const json::Object& rule, const Identity& ours) {
    std::vector<model::Target> targets;
    const json::Value* listed = rule.find("Targets");
    if (!listed)
        return targets;
    const std::string archive = text_of(rule, "Archive");
    for (const json::Value& aws : *listed->as_array()) {
        auto target = target_of(*aws.as_object(), ours);
        if (!target) {  // PutTargets lets none of these in
            log::error("a stored target cannot be used", {{"reason", target.error().message}});
            continue;
        }
        if (!archive.empty())
            target->kind = model::ArchiveTarget{.arn = archive}, target->input = model::WholeEvent{};
        targets.push_back(std::move(*target));
    }
    return targets;
}

/// The keys whose documents differ.
std::vector<Catalog::Key> differences(const Layers& before, const Layers& after) {
    std::vector<Catalog::Key> keys;
    for (std::size_t i = 0; i < kKinds; ++i) {
        const auto kind = static_cast<Kind>(i);
        std::set<std::string> names;
        for (const Layers* layers : {&before, &after})
            for (auto& [key, document] : layers->list(kind, ""))
                names.insert(key);
        for (const std::string& key : names) {
            const Document old = before.find(kind, key);
            const Document now = after.find(kind, key);
            if (old != now && !(old && now && json::Value{*old} == json::Value{*now}))
                keys.emplace_back(kind, key);
        }
    }
    return keys;
}

/// Every account has a bus "default", of which there need not be a document.
bool has_bus(const Resources& resources, const RuleName& name) {
    return name.bus == "default" || resources.find(Kind::Bus, key_of(name.owner, name.bus));
}

Result<std::pair<Table, std::optional<TimePoint>>> read_table(const std::vector<storage::Resource>& rows) {
    std::pair<Table, std::optional<TimePoint>> read;
    for (const storage::Resource& row : rows) {
        auto document = json::parse(row.document);
        if (!document || !document->as_object())
            return Error{Errc::Corrupt, "the stored " + row.kind + " " + row.key + " cannot be read"};
        if (row.kind == kMeta)
            read.second = TimePoint{Duration{document->find("at")->as_int64().value_or(0)}};
        else if (const auto kind = kind_of(row.kind))
            of_kind(read.first, *kind)[row.key] =
                std::make_shared<const json::Object>(std::move(*document->as_object()));
        else
            return Error{Errc::Corrupt, "there is a stored resource of an unknown kind, " + row.kind};
    }
    return read;
}

}  // namespace

Catalog::Catalog(asio::any_io_executor executor, storage::Store& store, EventBus& bus, const Clock& clock)
    : executor_{executor},
      store_{store},
      bus_{bus},
      clock_{clock},
      changing_{executor},
      declared_{std::make_unique<Declared>()},
      layers_{std::make_unique<Layers>()} {}

Catalog::~Catalog() = default;

const Resources& Catalog::resources() const { return *layers_; }

void Catalog::on_change(std::function<void(const std::vector<Key>&)> listener) { listener_ = std::move(listener); }

void Catalog::tell(const std::vector<Key>& changed) const {
    if (listener_ && !changed.empty())
        listener_(changed);
}

Task<Status> Catalog::start(model::Declaration declared) {
    auto rows = co_await store_.resources().all();
    if (!rows)
        co_return std::move(rows).error();
    auto read = read_table(*rows);
    if (!read)
        co_return std::move(read).error();
    born_ = read->second.value_or(clock_.now());
    if (!read->second) {
        const json::Object document{{"at", born_.time_since_epoch().count()}};
        std::vector<storage::ResourceChange> birth{{kMeta, kBorn, json::write(document)}};
        if (Status written = co_await store_.resources().write(std::move(birth), {}); !written)
            co_return written;
    }
    auto next = std::make_unique<Layers>();
    next->made = std::move(read->first);
    co_return co_await declare_over(std::move(next), std::move(declared));
}

Task<Status> Catalog::declare(model::Declaration declared) {
    co_return co_await asio::co_spawn(executor_, declare_alone(std::move(declared)),
                                      asio::bind_cancellation_slot(asio::cancellation_slot{}, asio::use_awaitable));
}

Task<Status> Catalog::declare_alone(model::Declaration declaration) {
    const auto alone = co_await changing_.lock();
    auto next = std::make_unique<Layers>();
    next->made = layers_->made;
    co_return co_await declare_over(std::move(next), std::move(declaration));
}

/// Puts the declaration beside what clients made, `next`.
Task<Status> Catalog::declare_over(std::unique_ptr<Layers> next, model::Declaration declaration) {
    if (Status circle = check_no_circle(declaration.buses); !circle)
        co_return circle;
    auto now = std::make_unique<Declared>(Declared::of(declaration, identity(), born_));
    next->declared = now->table;
    for (const auto& [kind, key] : next->resting())
        log::warn("the configuration declares what a client made; the client's rests meanwhile",
                  {{"kind", name_of(kind)}, {"key", key}});
    auto rows = mark_new_schedules(*next, clock_.now());
    co_return co_await replace(std::move(next), std::move(now), std::move(rows));
}

Task<Status> Catalog::reset() {
    co_return co_await asio::co_spawn(executor_, reset_alone(),
                                      asio::bind_cancellation_slot(asio::cancellation_slot{}, asio::use_awaitable));
}

Task<Status> Catalog::reset_alone() {
    const auto alone = co_await changing_.lock();
    if (Status settled = co_await settle(); !settled)
        co_return settled;
    auto next = std::make_unique<Layers>();
    next->declared = layers_->declared;
    std::vector<storage::ResourceChange> gone;
    for (std::size_t i = 0; i < kKinds; ++i) {
        const auto kind = static_cast<Kind>(i);
        for (const auto& [key, document] : of_kind(layers_->made, kind)) {
            if (kind == Kind::Fired && layers_->is_declared(Kind::Rule, key))
                of_kind(next->made, kind)[key] = document;
            else
                gone.push_back({std::string{name_of(kind)}, key, std::nullopt});
        }
    }
    in_doubt_ = true;
    if (Status written = co_await store_.resources().write(std::move(gone), {}); !written)
        co_return written;
    Status replaced = co_await replace(std::move(next), std::make_unique<Declared>(*declared_), {});
    in_doubt_ = !replaced;
    co_return replaced;
}

/// Reads the table again after a write whose outcome is in doubt.
Task<Status> Catalog::settle() {
    if (!in_doubt_)
        co_return Status{};
    auto rows = co_await store_.resources().all();
    if (!rows)
        co_return std::move(rows).error();
    auto read = read_table(*rows);
    if (!read)
        co_return std::move(read).error();
    auto next = std::make_unique<Layers>();
    next->made = std::move(read->first);
    next->declared = layers_->declared;
    Status replaced = co_await replace(std::move(next), std::make_unique<Declared>(*declared_), {});
    in_doubt_ = !replaced;
    co_return replaced;
}

/// Puts other layers in force, in which `rows` have changed of what is stored.
Task<Status> Catalog::replace(std::unique_ptr<Layers> next, std::unique_ptr<Declared> declared,
                              std::vector<storage::ResourceChange> rows) {
    auto changed = differences(*layers_, *next);
    for (const std::string& rule : declared->rewritten(*declared_))
        if (std::ranges::find(changed, Key{Kind::Rule, rule}) == changed.end())
            changed.emplace_back(Kind::Rule, rule);
    auto plan = bus_.prepare(rerouting(*next, *declared, changed));
    if (!plan)
        co_return std::move(plan).error();
    if (Status kept = co_await bus_.keep(*plan); !kept)
        co_return kept;
    if (!rows.empty()) {
        if (Status written = co_await store_.resources().write(std::move(rows), {}); !written) {
            in_doubt_ = true;
            co_return written;
        }
    }
    {
        const std::unique_lock lock{mutex_};
        layers_.swap(next);
    }
    declared_ = std::move(declared);
    bus_.install(std::move(*plan));
    tell(changed);
    co_return Status{};
}

Task<Status> Catalog::change(std::function<bool(Edit&)> edit) {
    co_return co_await change([edit = std::move(edit)](Edit& draft, storage::Outbox&) { return edit(draft); });
}

Task<Status> Catalog::change(Change change) {
    co_return co_await asio::co_spawn(executor_, change_alone(std::move(change)),
                                      asio::bind_cancellation_slot(asio::cancellation_slot{}, asio::use_awaitable));
}

Task<Status> Catalog::change_alone(Change change) {
    const auto alone = co_await changing_.lock();
    if (Status settled = co_await settle(); !settled)
        co_return settled;
    Draft draft{*layers_};
    storage::Outbox outbox;
    if (!change(draft, outbox) || (draft.changes().empty() && outbox.empty()))
        co_return Status{};
    std::vector<Key> changed;
    std::vector<storage::ResourceChange> rows;
    for (const auto& [key, document] : draft.changes()) {
        changed.push_back(key);
        auto text = document ? std::optional{json::write(*document)} : std::nullopt;
        rows.push_back({std::string{name_of(key.first)}, key.second, std::move(text)});
    }
    auto plan = bus_.prepare(rerouting(draft, *declared_, changed));
    if (!plan)
        co_return std::move(plan).error();
    if (Status kept = co_await bus_.keep(*plan); !kept)
        co_return kept;
    if (Status written = co_await store_.resources().write(std::move(rows), outbox); !written) {
        in_doubt_ = true;
        co_return written;
    }
    {
        const std::unique_lock lock{mutex_};
        for (const auto& [key, document] : draft.changes()) {
            auto& column = of_kind(layers_->made, key.first);
            if (document)
                column[key.second] = document;
            else
                column.erase(key.second);
        }
    }
    bus_.install(std::move(*plan));
    bus_.dispatch(std::move(outbox));
    tell(changed);
    co_return Status{};
}

Rerouting Catalog::rerouting(const Resources& after, const Declared& declared, const std::vector<Key>& changed) const {
    Rerouting change;
    std::map<std::string, Document> rules;
    for (const auto& [kind, key] : changed) {
        if (kind == Kind::Rule)
            rules[key] = after.find(Kind::Rule, key);
        if (kind != Kind::Bus)
            continue;
        const auto name = names_in(key + ":");
        const std::string bus = bus_key(identity(), name.owner, name.bus);
        if (!has_bus(after, name)) {
            change.gone_buses.push_back(bus);
        } else if (!bus_.has(bus)) {
            change.buses.push_back(bus);
            for (auto& [rule, document] : after.list(Kind::Rule, key + ":"))  // what was made on it before it went
                rules[rule] = document;
        }
    }
    for (const auto& [key, document] : rules) {
        const auto name = names_in(key);
        const std::string bus = bus_key(identity(), name.owner, name.bus);
        if (!has_bus(after, name))
            continue;  // they went with their bus; what is kept for the day it comes back is put in force then
        if (document)
            change.rules.push_back(routed(key, *document, declared));
        else
            change.gone_rules.emplace_back(bus, name.rule);
    }
    return change;
}

RoutedRule Catalog::routed(const std::string& key, const json::Object& rule, const Declared& declared) const {
    const auto name = names_in(key);
    const auto written =
        text_of(rule, "ManagedBy") == kManagedByConfig ? declared.targets.find(key) : declared.targets.end();
    return {.bus = bus_key(identity(), name.owner, name.bus),
            .name = name.rule,
            .arn = model::rule_arn(name.owner.region, name.owner.account, name.bus, name.rule),
            .pattern = text_of(rule, "EventPattern"),
            .enabled = text_of(rule, "State") != "DISABLED",
            .targets = written != declared.targets.end() ? written->second : targets_of(rule, identity())};
}

}  // namespace rialto::bus
