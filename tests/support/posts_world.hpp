#pragma once

#include "rialto/bus/event_bus.hpp"
#include "rialto/posts/change_feed.hpp"
#include "rialto/posts/posts.hpp"
#include "tests/support/world.hpp"

namespace rialto::testing {

/// A rule with one target that logs, which tests fake.
inline model::Rule rule(const std::string& name, const std::string& pattern) {
    return {.name = name, .description = "", .pattern = pattern, .enabled = true, .targets = {log_target(name)}};
}

/// A world with buses and posts. Every event on the default bus goes to the fake target.
class PostsWorld : public World {
public:
    PostsWorld() {
        targets.add<model::LogTarget>(fake);
        open_rooms();
    }
    ~PostsWorld() { close_rooms(); }

    void open_rooms() {
        bus = std::make_unique<bus::EventBus>(*store, *dispatcher, clock, random, bus::Identity{}, metrics);
        posts = std::make_unique<posts::Posts>(store->posts(), *bus, clock, random, 24h);
        apply({{"default", {rule("all", R"({"source":[{"prefix":""}]})")}},
               {posts::kChangeBus, {rule("changes", R"({"source":[{"prefix":""}]})")}}});
        start();
    }

    void close_rooms() {
        if (feed)
            run(feed->stop());
        feed.reset();
        posts.reset();
        close();
        bus.reset();
    }

    void restart() {
        close_rooms();
        open();
        open_rooms();
    }

    void start_feed() {
        feed = std::make_unique<posts::ChangeFeed>(loop.get_executor(), store->posts(), *bus, posts->news());
        feed->start();
        settle();
    }

    void apply(std::vector<model::Bus> buses) { REQUIRE(run(bus->apply(std::move(buses)))); }

    storage::Post create(const std::string& title = "Holidays", const std::string& topic = "travel") {
        auto created = run(posts->create({"Joe", title, "Joe was in Spain.", topic}, {}));
        REQUIRE(created);
        settle();
        return created->post;
    }

    /// The payloads that the rule's target was given.
    std::vector<json::Value> heard(const std::string& rule) const {
        std::vector<json::Value> events;
        for (const auto& attempt : fake.attempts)
            if (attempt.rule.ends_with("/" + rule))
                events.push_back(json::parse(attempt.payload).value());
        return events;
    }

    std::vector<std::string> detail_types(const std::string& rule) const {
        std::vector<std::string> types;
        for (const auto& event : heard(rule))
            types.push_back(*event.find("detail-type")->as_string());
        return types;
    }

    FakeTarget fake;
    std::unique_ptr<bus::EventBus> bus;
    std::unique_ptr<posts::Posts> posts;
    std::unique_ptr<posts::ChangeFeed> feed;
};

}  // namespace rialto::testing
