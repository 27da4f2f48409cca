#include "fixture.hpp"

namespace rialto::storage {
namespace {

struct ChannelsTest : StoreTest {
    ChannelStore& channels() { return store->channels(); }

    std::vector<ChannelStore::Appended> append(const std::vector<std::string>& ids, TimePoint now = kNow,
                                               Retention kept = {.entries = 1000, .age = 24h}) {
        std::vector<ChannelEntry> entries;
        for (const std::string& id : ids)
            entries.push_back({.offset = 0, .event_id = id, .payload = "payload of " + id});
        auto appended = run(channels().append("posts", entries, now, kept));
        REQUIRE(appended);
        return std::move(*appended);
    }

    ChannelState state() { return *run(channels().state("posts")); }
};

}  // namespace

TEST_CASE_METHOD(ChannelsTest, "entries get ascending offsets and are read back in order", "[storage]") {
    CHECK(append({"a", "b"}).back().offset == 2);
    CHECK(append({"c"}).front().offset == 3);

    const auto entries = run(channels().read("posts", 1, 10));
    REQUIRE(entries->size() == 2);
    CHECK(entries->front().offset == 2);
    CHECK(entries->front().event_id == "b");
    CHECK(entries->front().payload == "payload of b");
    CHECK(run(channels().read("posts", 0, 1))->size() == 1);
    CHECK(run(channels().read("unknown", 0, 1))->empty());
}

TEST_CASE_METHOD(ChannelsTest, "an event that is in the history keeps its offset", "[storage]") {
    append({"a", "b"});

    const auto again = append({"b", "c", "c"});

    REQUIRE(again.size() == 3);
    CHECK(again[0].offset == 2);
    CHECK(!again[0].fresh);
    CHECK(again[1].offset == 3);
    CHECK(again[1].fresh);
    CHECK(again[2].offset == 3);
    CHECK(!again[2].fresh);
    CHECK(state().last == 3);
}

TEST_CASE_METHOD(ChannelsTest, "a channel that nothing was appended to is empty, and the epoch stays", "[storage]") {
    const ChannelState made = state();
    CHECK(made.first == 1);
    CHECK(made.last == 0);
    CHECK(!made.epoch.empty());

    append({"a"});
    reopen();

    CHECK(state().epoch == made.epoch);
    CHECK(state().last == 1);
    CHECK(run(channels().state("other"))->epoch == made.epoch);
}

TEST_CASE_METHOD(ChannelsTest, "the history is bounded by number", "[storage]") {
    append({"a", "b", "c"}, kNow, {.entries = 2, .age = 24h});

    CHECK(state().first == 2);
    CHECK(run(channels().read("posts", 0, 10))->size() == 2);

    append({"d"}, kNow, {.entries = 0, .age = 24h});
    CHECK(state().first == 5);
    CHECK(state().last == 4);
}

TEST_CASE_METHOD(ChannelsTest, "the history is bounded by age", "[storage]") {
    append({"a", "b"}, kNow, {.entries = 1000, .age = 1h});

    append({"c"}, kNow + 61min, {.entries = 1000, .age = 1h});

    CHECK(state().first == 3);
    CHECK(state().last == 3);
    CHECK(run(channels().read("posts", 0, 10))->front().event_id == "c");
}

TEST_CASE_METHOD(ChannelsTest, "a page is cut by size, but never to nothing", "[storage]") {
    const std::string payload(3U << 20U, 'x');
    std::vector<ChannelEntry> entries;
    for (const char* id : {"a", "b", "c"})
        entries.push_back({.offset = 0, .event_id = id, .payload = payload});
    REQUIRE(run(channels().append("posts", entries, kNow, {.entries = 1000, .age = 24h})));

    CHECK(run(channels().read("posts", 0, 10))->size() == 2);
    CHECK(run(channels().read("posts", 2, 10))->size() == 1);
}

}  // namespace rialto::storage
