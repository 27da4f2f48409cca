#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/catalog_world.hpp"

namespace rialto::bus {

inline const Identity kOurs;
inline const Identity kOther{.account = "111111111111", .region = "us-east-1"};

/// A catalog that tests change as clients do, and as the configuration does.
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

/// A rule of the configuration.
inline model::Rule of_file(const std::string& name) { return testing::rule(name, R"({"source":["s"]})"); }

}  // namespace rialto::bus
