#include "rialto/bus/catalog.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include "tests/support/catalog_world.hpp"

namespace rialto::bus {
namespace {

using testing::rule;

const Identity kOurs;
const Identity kOther{.account = "111111111111", .region = "us-east-1"};

struct CatalogTest : testing::CatalogWorld {
    ~CatalogTest() { close_catalog(); }

    /// A rule as clients make it, with one fake target.
    static json::Object made(const std::string& name, const std::string& bus = "default",
                             const std::string& state = "ENABLED") {
        return {{"Name", name},
                {"EventPattern", R"({"source":["s"]})"},
                {"State", state},
                {"EventBusName", bus},
                {"CreatedBy", kOurs.account},
                {"Since", 0},
                {"Targets", json::Array{json::Object{{"Id", "t"}, {"Arn", "arn:aws:logs:us-east-1:0:log-group:l"}}}}};
    }

    Status put(Kind kind, const std::string& key, const json::Object& document) {
        return run(catalog->change([&](Edit& edit) {
            edit.put(kind, key, document);
            return true;
        }));
    }
    Status put_rule(const std::string& name, const std::string& bus = "default", const Identity& owner = kOurs) {
        return put(Kind::Rule, rule_key(owner, bus, name), made(name, bus));
    }
    Status put_bus(const std::string& name, const Identity& owner = kOurs) {
        return put(Kind::Bus, key_of(owner, name), {{"Name", name}});
    }
    Status erase(Kind kind, const std::string& key) {
        return run(catalog->change([&](Edit& edit) {
            edit.erase(kind, key);
            return true;
        }));
    }
    Document find(Kind kind, const std::string& key) const {
        return catalog->read([&](const Resources& resources) { return resources.find(kind, key); });
    }
    std::string keys(Kind kind, const std::string& prefix = "") const {
        std::string all;
        for (const auto& [key, document] :
             catalog->read([&](const Resources& resources) { return resources.list(kind, prefix); }))
            all += key.substr(key.find(':', key.find(':') + 1) + 1) + ' ';
        return all;
    }
    std::size_t stored() { return run(store->real->resources().all()).value().size(); }

    /// The rules that an event on that bus went to, in the order of their names.
    std::string heard_on(const std::string& bus) {
        fake.attempts.clear();
        REQUIRE(run(this->bus->put(bus, this->bus->make_event("s", "t", "{}"))));
        settle();
        std::set<std::string> rules;
        for (const auto& attempt : fake.attempts)
            rules.insert(attempt.rule.substr(attempt.rule.rfind(":rule/") + 6));
        std::string all;
        for (const std::string& one : rules)
            all += one + ' ';
        return all;
    }
    Status declare(std::vector<model::Bus> buses) { return run(catalog->declare({.buses = std::move(buses)})); }
};

model::Rule of_file(const std::string& name) { return rule(name, R"({"source":["s"]})"); }

TEST_CASE_METHOD(CatalogTest, "what is made takes effect at once and survives a restart", "[catalog]") {
    REQUIRE(put_bus("b"));
    REQUIRE(put_rule("r", "b"));
    CHECK(heard_on("b") == "b/r ");

    restart();

    CHECK(keys(Kind::Bus) == "b default ");
    CHECK(keys(Kind::Rule) == "b:r ");
    CHECK(json::Value{*find(Kind::Rule, rule_key(kOurs, "b", "r"))} == json::Value{made("r", "b")});
    CHECK(heard_on("b") == "b/r ");
}

TEST_CASE_METHOD(CatalogTest, "what is erased is gone, also after a restart", "[catalog]") {
    REQUIRE(put_rule("r"));
    REQUIRE(put_rule("s"));
    REQUIRE(erase(Kind::Rule, rule_key(kOurs, "default", "r")));
    CHECK(heard_on("default") == "s ");

    restart();

    CHECK(keys(Kind::Rule) == "default:s ");
    CHECK(heard_on("default") == "s ");
}

TEST_CASE_METHOD(CatalogTest, "a bus that is erased takes no more events", "[catalog]") {
    REQUIRE(put_bus("b"));
    REQUIRE(put_rule("r", "b"));
    REQUIRE(run(catalog->change([](Edit& edit) {
        edit.erase(Kind::Rule, rule_key(kOurs, "b", "r"));
        edit.erase(Kind::Bus, key_of(kOurs, "b"));
        return true;
    })));
    CHECK(heard_on("b").empty());
    CHECK_FALSE(bus->has("b"));

    REQUIRE(put_bus("b"));
    CHECK(heard_on("b").empty());
    REQUIRE(put_rule("again", "b"));
    CHECK(heard_on("b") == "b/again ");
}

TEST_CASE_METHOD(CatalogTest, "rules without their bus do not make one", "[catalog]") {
    REQUIRE(put_rule("r", "nowhere"));
    CHECK_FALSE(bus->has("nowhere"));
    CHECK(heard_on("nowhere").empty());
    restart();
    CHECK_FALSE(bus->has("nowhere"));

    REQUIRE(put_bus("nowhere"));
    CHECK(heard_on("nowhere") == "nowhere/r ");
    REQUIRE(erase(Kind::Bus, key_of(kOurs, "nowhere")));
    REQUIRE(erase(Kind::Rule, rule_key(kOurs, "nowhere", "r")));
    CHECK_FALSE(bus->has("nowhere"));
}

TEST_CASE_METHOD(CatalogTest, "an edit sees what it did, and nothing happens if it says no", "[catalog]") {
    REQUIRE(put_rule("a"));
    std::string seen;
    REQUIRE(run(catalog->change([&](Edit& edit) {
        edit.put(Kind::Rule, rule_key(kOurs, "default", "b"), made("b"));
        edit.erase(Kind::Rule, rule_key(kOurs, "default", "a"));
        edit.put(Kind::Rule, rule_key(kOurs, "default", "c"), made("c"));
        for (const auto& [key, document] : edit.list(Kind::Rule, key_of(kOurs, "default") + ':'))
            seen += names_in(key).rule;
        CHECK_FALSE(edit.find(Kind::Rule, rule_key(kOurs, "default", "a")));
        CHECK(edit.list(Kind::Rule, key_of(kOurs, ""), 1).size() == 1);
        CHECK(edit.list(Kind::Rule, key_of(kOurs, ""), 9, rule_key(kOurs, "default", "b")).size() == 1);
        return false;
    })));

    CHECK(seen == "bc");
    CHECK(keys(Kind::Rule) == "default:a ");
    CHECK(heard_on("default") == "a ");
}

TEST_CASE_METHOD(CatalogTest, "a pattern that is not valid changes nothing", "[catalog]") {
    json::Object broken = made("r");
    broken.set("EventPattern", "{");
    const std::size_t before = stored();

    const Status changed = put(Kind::Rule, rule_key(kOurs, "default", "r"), broken);

    REQUIRE_FALSE(changed);
    CHECK(changed.error().code == Errc::InvalidArgument);
    CHECK(keys(Kind::Rule).empty());
    CHECK(stored() == before);
    CHECK(put_rule("r"));
}

TEST_CASE_METHOD(CatalogTest, "events of a change are dispatched once it is stored", "[catalog]") {
    REQUIRE(put_rule("r"));
    const auto change = [this](Edit& edit, storage::Outbox& outbox) {
        edit.put(Kind::Fired, rule_key(kOurs, "default", "r"), {{"At", 1}});
        outbox = bus->route_to("default", "r", bus->make_event("any", "t", "{}"));
        return true;
    };
    store->flaky_resources.failing_writes = 1;
    CHECK_FALSE(run(catalog->change(Catalog::Change{change})));
    settle();
    CHECK(fake.attempts.empty());

    CHECK(run(catalog->change(Catalog::Change{change})));
    settle();
    CHECK(heard("r").size() == 1);
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(CatalogTest, "listeners are told of what was changed, and at the start of everything", "[catalog]") {
    REQUIRE(put_rule("r"));
    told.clear();
    REQUIRE(run(catalog->change([](Edit&) { return true; })));
    REQUIRE(run(catalog->change([](Edit& edit) {
        edit.put(Kind::Rule, "k", {});
        return false;
    })));
    CHECK(told.empty());

    REQUIRE(put_bus("b"));
    CHECK(told == std::vector<Catalog::Key>{{Kind::Bus, key_of(kOurs, "b")}});

    told.clear();
    restart();
    CHECK(told == std::vector<Catalog::Key>{{Kind::Bus, key_of(kOurs, "b")},
                                            {Kind::Bus, key_of(kOurs, "default")},
                                            {Kind::Rule, rule_key(kOurs, "default", "r")}});
}

// --- a store that fails ---

TEST_CASE_METHOD(CatalogTest, "a write that failed changes nothing", "[catalog]") {
    store->flaky_resources.failing_writes = 1;
    const Status changed = put_rule("r");
    REQUIRE_FALSE(changed);
    CHECK(changed.error().code == Errc::Unavailable);
    CHECK(keys(Kind::Rule).empty());
    CHECK(heard_on("default").empty());

    REQUIRE(put_rule("s"));
    CHECK(heard_on("default") == "s ");
    restart();
    CHECK(heard_on("default") == "s ");
}

TEST_CASE_METHOD(CatalogTest, "targets that could not be kept change nothing", "[catalog]") {
    store->flaky_deliveries.failing_writes = 1;
    CHECK_FALSE(put_rule("r"));
    CHECK(keys(Kind::Rule).empty());
    CHECK(heard_on("default").empty());

    CHECK(put_rule("r"));
    CHECK(heard_on("default") == "r ");
}

TEST_CASE_METHOD(CatalogTest, "the next change settles what was in doubt", "[catalog]") {
    store->flaky_resources.failing_writes = 1;
    store->flaky_resources.yet_written = true;
    CHECK_FALSE(put_rule("r"));
    CHECK(heard_on("default").empty());
    told.clear();

    REQUIRE(put_bus("b"));

    CHECK(heard_on("default") == "r ");
    CHECK(told ==
          std::vector<Catalog::Key>{{Kind::Rule, rule_key(kOurs, "default", "r")}, {Kind::Bus, key_of(kOurs, "b")}});
}

TEST_CASE_METHOD(CatalogTest, "an erasure in doubt is settled as well, by a change that then says no", "[catalog]") {
    REQUIRE(put_rule("r"));
    store->flaky_resources.failing_writes = 1;
    store->flaky_resources.yet_written = true;
    CHECK_FALSE(erase(Kind::Rule, rule_key(kOurs, "default", "r")));
    CHECK(heard_on("default") == "r ");

    CHECK(run(catalog->change([](Edit& edit) {
        CHECK_FALSE(edit.find(Kind::Rule, rule_key(kOurs, "default", "r")));
        return false;
    })));
    CHECK(heard_on("default").empty());
}

TEST_CASE_METHOD(CatalogTest, "while what is in doubt cannot be settled, nothing is changed", "[catalog]") {
    store->flaky_resources.failing_writes = 1;
    store->flaky_resources.yet_written = true;
    CHECK_FALSE(put_rule("r"));
    store->flaky_resources.failing_reads = 1;
    const Status changed = put_rule("s");
    REQUIRE_FALSE(changed);
    CHECK(changed.error().code == Errc::Unavailable);
    CHECK(keys(Kind::Rule).empty());

    store->flaky_deliveries.failing_writes = 1;  // the targets of what was in doubt
    CHECK_FALSE(put_rule("s"));
    REQUIRE(put_rule("s"));
    CHECK(heard_on("default") == "r s ");
}

TEST_CASE_METHOD(CatalogTest, "a declaration between leaves what is in doubt to the next change", "[catalog]") {
    store->flaky_resources.failing_writes = 1;
    store->flaky_resources.yet_written = true;
    CHECK_FALSE(put_rule("r"));
    REQUIRE(declare({{"default", {of_file("f")}}}));
    CHECK(heard_on("default") == "f ");

    REQUIRE(put_rule("s"));
    CHECK(heard_on("default") == "f r s ");
}

TEST_CASE_METHOD(CatalogTest, "a resource that cannot be read is named", "[catalog]") {
    const auto [kind, document] =
        GENERATE(table<const char*, const char*>({{"rule", "{"}, {"rule", "[]"}, {"comet", "{}"}}));
    std::vector<storage::ResourceChange> rows{{kind, "k", document}};
    REQUIRE(run(store->real->resources().write(rows, {})));

    Catalog second{loop.get_executor(), *store, *bus, clock};
    const Status started = run(second.start({}));

    REQUIRE_FALSE(started);
    CHECK(started.error().code == Errc::Corrupt);
    CHECK(started.error().message.find(kind) != std::string::npos);
}

// --- the configuration's ---

TEST_CASE_METHOD(CatalogTest, "declared and made rules stand side by side", "[catalog]") {
    REQUIRE(declare({{"default", {of_file("f")}}, {"b", {}}}));
    REQUIRE(put_rule("m"));
    REQUIRE(put_rule("m", "b"));

    CHECK(keys(Kind::Rule) == "b:m default:f default:m ");
    CHECK(heard_on("default") == "f m ");
    CHECK(heard_on("b") == "b/m ");
    const Document declared = find(Kind::Rule, rule_key(kOurs, "default", "f"));
    CHECK(json::write(*declared) ==
          R"({"Name":"f","EventPattern":"{\"source\":[\"s\"]}","State":"ENABLED","ManagedBy":"rialto.config",)"
          R"("EventBusName":"default","CreatedBy":"000000000000","Since":1767225600000,)"
          R"("Targets":[{"Id":"f","Arn":"arn:aws:logs:us-east-1:000000000000:log-group:events"}]})");
    catalog->read([](const Resources& resources) {
        CHECK(resources.is_declared(Kind::Rule, rule_key(kOurs, "default", "f")));
        CHECK(resources.is_declared(Kind::Bus, key_of(kOurs, "b")));
        CHECK_FALSE(resources.is_declared(Kind::Rule, rule_key(kOurs, "default", "m")));
        return 0;
    });
}

TEST_CASE_METHOD(CatalogTest, "of two rules of one name the declared one is in force, for as long as it is there",
                 "[catalog]") {
    REQUIRE(put_rule("r"));
    model::Rule shadow = of_file("r");
    shadow.pattern = R"({"source":["other"]})";
    REQUIRE(declare({{"default", {shadow}}}));
    CHECK(heard_on("default").empty());
    CHECK(keys(Kind::Rule) == "default:r ");
    CHECK(find(Kind::Rule, rule_key(kOurs, "default", "r"))->find("ManagedBy"));

    REQUIRE(declare({{"default", {}}}));
    CHECK(heard_on("default") == "r ");
    CHECK_FALSE(find(Kind::Rule, rule_key(kOurs, "default", "r"))->find("ManagedBy"));
}

TEST_CASE_METHOD(CatalogTest, "a client's settings of a declared bus stay", "[catalog]") {
    REQUIRE(declare({{"default", {}}, {"b", {of_file("f")}}}));
    REQUIRE(put(Kind::Bus, key_of(kOurs, "b"), {{"Name", "b"}, {"Policy", "p"}}));
    CHECK(heard_on("b") == "b/f ");
    REQUIRE(declare({{"default", {}}, {"b", {of_file("g")}}}));

    CHECK(*find(Kind::Bus, key_of(kOurs, "b"))->find("Policy")->as_string() == "p");
    CHECK(heard_on("b") == "b/g ");
}

TEST_CASE_METHOD(CatalogTest, "a new declaration adds, changes and removes", "[catalog]") {
    REQUIRE(declare({{"default", {of_file("a"), of_file("b")}}}));
    CHECK(heard_on("default") == "a b ");
    model::Rule off = of_file("b");
    off.enabled = false;

    REQUIRE(declare({{"default", {off, of_file("c")}}, {"new", {of_file("d")}}}));

    CHECK(heard_on("default") == "c ");
    CHECK(heard_on("new") == "new/d ");
    CHECK(*find(Kind::Rule, rule_key(kOurs, "default", "b"))->find("State")->as_string() == "DISABLED");
}

TEST_CASE_METHOD(CatalogTest, "the API's rules wait for a declared bus that went, and are back with it", "[catalog]") {
    const bool restarted = GENERATE(false, true);
    CAPTURE(restarted);
    declared.buses = {{"default", {}}, {"b", {of_file("f")}}};
    REQUIRE(declare(declared.buses));
    REQUIRE(put_rule("m", "b"));
    CHECK(heard_on("b") == "b/f b/m ");

    declared.buses.pop_back();
    REQUIRE(declare(declared.buses));
    if (restarted)
        restart();
    CHECK_FALSE(bus->has("b"));
    CHECK(heard_on("b").empty());

    declared.buses.push_back({"b", {of_file("g")}});
    REQUIRE(declare(declared.buses));
    CHECK(heard_on("b") == "b/g b/m ");
}

TEST_CASE_METHOD(CatalogTest, "the bus default stays, declared or not", "[catalog]") {
    REQUIRE(declare({{"default", {of_file("f")}}}));
    REQUIRE(put_rule("m"));

    REQUIRE(declare({}));

    CHECK(heard_on("default") == "m ");
}

TEST_CASE_METHOD(CatalogTest, "what AWS has no words for is put in force as well", "[catalog]") {
    testing::FakeTarget mails;
    targets.add<model::EmailTarget>(mails);
    std::string path;
    mails.answer = [&path](const delivery::Attempt& attempt) {
        path = std::get<model::EmailTarget>(attempt.target).topic_path;
        return delivery::Outcome{delivery::Delivered{}};
    };
    model::Rule mail = of_file("f");
    mail.targets[0].kind = model::EmailTarget{.topic_path = "$.detail.a", .topic = {}};
    REQUIRE(declare({{"default", {mail}}}));
    mail.targets[0].kind = model::EmailTarget{.topic_path = "$.detail.b", .topic = {}};
    REQUIRE(declare({{"default", {mail}}}));

    CHECK(heard_on("default").empty());
    CHECK(path == "$.detail.b");
}

TEST_CASE_METHOD(CatalogTest, "a declaration that cannot be taken changes nothing", "[catalog]") {
    REQUIRE(declare({{"default", {of_file("f")}}}));
    model::Rule broken = of_file("g");
    broken.pattern = "{";
    CHECK(declare({{"default", {broken}}}).error().code == Errc::InvalidArgument);
    model::Rule circle = of_file("g");
    circle.targets[0].kind = model::BusTarget{.bus = "default"};
    CHECK(declare({{"default", {circle}}}).error().code == Errc::InvalidArgument);
    store->flaky_deliveries.failing_writes = 1;
    CHECK(declare({{"default", {of_file("g")}}}).error().code == Errc::Unavailable);

    CHECK(heard_on("default") == "f ");
    CHECK(keys(Kind::Rule) == "default:f ");
    CHECK(declare({{"default", {of_file("g")}}}));
    CHECK(heard_on("default") == "g ");
}

// --- owners ---

TEST_CASE_METHOD(CatalogTest, "two owners may have things of one name", "[catalog]") {
    REQUIRE(put_bus("b"));
    REQUIRE(put_bus("b", kOther));
    REQUIRE(put_rule("ours", "b"));
    REQUIRE(put_rule("theirs", "b", kOther));
    REQUIRE(put_rule("standard", "default", kOther));

    const auto check = [this] {
        CHECK(heard_on("b") == "b/ours ");
        CHECK(heard_on("111111111111:us-east-1:b") == "b/theirs ");
        CHECK(heard_on("111111111111:us-east-1:default") == "standard ");
        CHECK(heard_on("default").empty());
        CHECK(keys(Kind::Rule, key_of(kOther, "")) == "b:theirs default:standard ");
        CHECK(keys(Kind::Rule, key_of(kOurs, "")) == "b:ours ");
    };
    check();
    restart();
    check();
    CHECK(find(Kind::Bus, key_of(kOther, "b")));
    REQUIRE(erase(Kind::Bus, key_of(kOther, "b")));
    CHECK(heard_on("b") == "b/ours ");
    CHECK(heard_on("111111111111:us-east-1:b").empty());
}

TEST_CASE("keys are made of names, and names of keys", "[catalog]") {
    const RuleName name = names_in(rule_key(kOther, "aws.partner/a/b", "r"));
    CHECK(name.owner == kOther);
    CHECK(name.bus == "aws.partner/a/b");
    CHECK(name.rule == "r");

    CHECK(bus_key(kOurs, kOurs, "b") == "b");
    CHECK(bus_key(kOurs, kOther, "b") == "111111111111:us-east-1:b");
    for (const Identity& owner : {kOurs, kOther}) {
        const BusOfKey bus = bus_of(kOurs, bus_key(kOurs, owner, "b"));
        CHECK(bus.owner == owner);
        CHECK(bus.name == "b");
    }
    for (std::size_t i = 0; i < kKinds; ++i)
        CHECK(kind_of(name_of(static_cast<Kind>(i))) == static_cast<Kind>(i));
    CHECK_FALSE(kind_of("comet"));
}

// --- at once ---

TEST_CASE_METHOD(CatalogTest, "changes at once from many threads are made one after the other", "[catalog]") {
    constexpr int kThreads = 4;
    constexpr int kEach = 25;
    asio::thread_pool pool{kThreads};
    Catalog shared{pool.get_executor(), *store, *bus, clock};
    REQUIRE(run(shared.start({.buses = {{"default", {}}}})));
    const std::string counter = key_of(kOurs, "counter");
    std::vector<std::future<Status>> changes;
    for (int i = 0; i < kThreads * kEach; ++i) {
        const auto add = [&counter, i](Edit& edit) {
            const Document old = edit.find(Kind::Archive, counter);
            const std::int64_t count = old ? old->find("n")->as_int64().value() : 0;
            edit.put(Kind::Archive, counter, {{"n", count + 1}});
            edit.put(Kind::Archive, key_of(kOurs, "a" + std::to_string(i)), {{"n", count}});
            return true;
        };
        changes.push_back(asio::co_spawn(pool, shared.change(std::function<bool(Edit&)>{add}), asio::use_future));
    }
    int failed = 0;
    for (auto& change : changes)
        failed += change.get() ? 0 : 1;
    pool.join();

    CHECK(failed == 0);
    const auto archives =
        shared.read([](const Resources& resources) { return resources.list(Kind::Archive, key_of(kOurs, "a")); });
    std::set<std::int64_t> counts;
    for (const auto& [key, document] : archives)
        counts.insert(document->find("n")->as_int64().value());
    CHECK(counts.size() == kThreads * kEach);
    CHECK(shared.read([&](const Resources& resources) { return resources.find(Kind::Archive, counter); })
              ->find("n")
              ->as_int64() == kThreads * kEach);
}

TEST_CASE_METHOD(CatalogTest, "a change whose caller was cancelled takes effect whole", "[catalog]") {
    asio::cancellation_signal cancel;
    bool over = false;
    const std::function<bool(Edit&)> edit = [](Edit& draft) {
        draft.put(Kind::Bus, key_of(kOurs, "b"), {{"Name", "b"}});
        draft.put(Kind::Rule, rule_key(kOurs, "b", "r"), made("r", "b"));
        return true;
    };
    asio::co_spawn(loop, catalog->change(edit),
                   asio::bind_cancellation_slot(cancel.slot(),
                                                [&over](const std::exception_ptr&, const Status&) { over = true; }));
    const int steps = GENERATE(0, 1, 2, 3, 5, 8);
    loop.restart();
    for (int i = 0; i < steps; ++i)
        loop.poll_one();
    cancel.emit(asio::cancellation_type::terminal);
    until([&] { return over; });
    settle();

    // One that had not begun at all may have been given up.
    if (steps > 0 || find(Kind::Bus, key_of(kOurs, "b"))) {
        CHECK(find(Kind::Rule, rule_key(kOurs, "b", "r")));
        CHECK(heard_on("b") == "b/r ");
    }
    CHECK(put_bus("after"));
    restart();
    CHECK((find(Kind::Bus, key_of(kOurs, "b")) == nullptr) == (find(Kind::Rule, rule_key(kOurs, "b", "r")) == nullptr));
}

TEST_CASE_METHOD(CatalogTest, "the catalog knows when it was born, also after a restart", "[catalog]") {
    const TimePoint born = catalog->born();
    pass(1h);
    restart();
    CHECK(catalog->born() == born);
}

}  // namespace
}  // namespace rialto::bus
