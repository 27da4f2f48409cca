#pragma once

#include "rialto/posts/change_feed.hpp"
#include "rialto/posts/posts.hpp"
#include "tests/support/bus_world.hpp"

namespace rialto::testing {

/// A world with posts. Every event on the default bus and on the bus of changes goes to the fake target.
class PostsWorld : public BusWorld {
public:
    PostsWorld() { open_posts(); }
    ~PostsWorld() { close_rooms(); }

    void close_rooms() {
        if (feed)
            run(feed->stop());
        feed.reset();
        posts.reset();
        close_bus();
    }

    void restart() {
        close_rooms();
        open();
        open_bus();
        open_posts();
    }

    void start_feed() {
        feed = std::make_unique<posts::ChangeFeed>(loop.get_executor(), store->posts(), *bus, posts->news());
        feed->start();
        settle();
    }

    std::int64_t relayed() { return run(store->posts().relayed()).value(); }

    storage::Post create(const std::string& title = "Holidays", const std::string& topic = "travel") {
        auto created = run(posts->create({"Joe", title, "Joe was in Spain.", topic}, {}));
        REQUIRE(created);
        settle();
        return created->post;
    }

    std::unique_ptr<posts::Posts> posts;
    std::unique_ptr<posts::ChangeFeed> feed;

private:
    void open_posts() {
        posts = std::make_unique<posts::Posts>(store->posts(), *bus, clock, random, 24h);
        apply({{"default", {rule("all", kAny)}}, {posts::kChangeBus, {rule("changes", kAny)}}});
    }
};

}  // namespace rialto::testing
