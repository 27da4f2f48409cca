#include "fixture.hpp"

namespace rialto::storage {
namespace {

struct ResourcesTest : StoreTest {
    Status write(std::vector<ResourceChange> changes, Outbox outbox = {}) {
        return run(store->resources().write(std::move(changes), std::move(outbox)));
    }
    /// `kind/key=document` of each.
    std::vector<std::string> all() {
        const auto found = run(store->resources().all());
        REQUIRE(found);
        std::vector<std::string> texts;
        for (const Resource& one : *found)
            texts.push_back(one.kind + '/' + one.key + '=' + one.document);
        return texts;
    }
    using Texts = std::vector<std::string>;
};

}  // namespace

TEST_CASE_METHOD(ResourcesTest, "resources are kept by kind and key, in their order", "[storage]") {
    REQUIRE(write({{"rule", "b", "1"}, {"bus", "b", "2"}, {"rule", "a", "3"}}));
    reopen();

    CHECK(all() == Texts{"bus/b=2", "rule/a=3", "rule/b=1"});
}

TEST_CASE_METHOD(ResourcesTest, "a change replaces or removes what has its kind and key", "[storage]") {
    REQUIRE(write({{"rule", "a", "1"}, {"rule", "b", "2"}, {"bus", "a", "3"}}));
    REQUIRE(write({{"rule", "a", "new"}, {"rule", "b", std::nullopt}, {"rule", "absent", std::nullopt}}));
    reopen();

    CHECK(all() == Texts{"bus/a=3", "rule/a=new"});
}

TEST_CASE_METHOD(ResourcesTest, "documents and keys come back to the byte", "[storage]") {
    const std::string document = std::string{"{\"a\":\"é\"}\0 x", 13};
    REQUIRE(write({{"rule", "0:r:aws.partner/ä'\"", document}}));

    const auto found = run(store->resources().all()).value();

    REQUIRE(found.size() == 1);
    CHECK(found[0].key == "0:r:aws.partner/ä'\"");
    CHECK(found[0].document == document);
}

TEST_CASE_METHOD(ResourcesTest, "events are stored together with a change", "[storage]") {
    REQUIRE(write({{"fired", "r", "1"}}, {event("e", 2)}));
    reopen();

    CHECK(all() == Texts{"fired/r=1"});
    CHECK(due().size() == 2);
}

TEST_CASE_METHOD(ResourcesTest, "neither the change nor its events are stored if one of them cannot be", "[storage]") {
    const OwedEvent once = event("e");
    REQUIRE(write({}, {once}));
    OwedEvent again = event("f");
    again.deliveries[0].id = once.deliveries[0].id;  // is taken

    CHECK_FALSE(write({{"fired", "r", "1"}}, {again}));

    CHECK(all().empty());
    CHECK(due().size() == 1);
    CHECK(write({{"fired", "r", "1"}}, {event("f")}));
    CHECK(due().size() == 2);
}

}  // namespace rialto::storage
