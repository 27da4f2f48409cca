#include "catalog_fixture.hpp"

namespace rialto::bus {
namespace {

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

}  // namespace
}  // namespace rialto::bus
