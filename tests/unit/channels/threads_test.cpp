#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>
#include <future>
#include <numeric>

#include "tests/unit/channels/fixture.hpp"

using namespace rialto;
using namespace rialto::channels;

namespace {

constexpr int kPublishers = 4;
constexpr int kEach = 100;
constexpr int kTotal = kPublishers * kEach;

Task<int> publish_many(Channels& channels, int publisher) {
    int published = 0;
    for (int i = 0; i < kEach; ++i) {
        const auto id = std::to_string(publisher) + "-" + std::to_string(i);
        const auto offset = co_await channels.publish("posts", id, R"({"n":)" + std::to_string(i) + "}");
        published += offset ? 1 : 0;
    }
    co_return published;
}

/// Comes and goes, each time from where it was, until it has seen everything; true if it saw each entry once, in order.
Task<bool> follow(Channels& channels) {
    std::int64_t seen = 0;
    while (seen < kTotal) {
        auto recorder = std::make_shared<Recorder>();
        auto subscription = co_await channels.join("posts", recorder, {}, Position{.epoch = {}, .offset = seen});
        if (!subscription || !subscription->joined().recovered)
            co_return false;
        if (!co_await go_live(*subscription, recorder))
            co_return false;
        for (const auto offset : recorder->offsets())
            if (offset != ++seen)
                co_return false;
    }
    co_return true;
}

}  // namespace

TEST_CASE("who comes and goes while much is published sees each entry once and in order", "[channels]") {
    asio::thread_pool pool{4};
    FakeStore store;
    const ManualClock clock;
    metrics::Registry registry;
    Channels channels{pool.get_executor(), store, clock, {}, registry};

    std::vector<std::future<bool>> followers;
    for (int i = 0; i < 4; ++i)
        followers.push_back(asio::co_spawn(pool, follow(channels), asio::use_future));
    std::vector<std::future<int>> publishers;
    for (int i = 0; i < kPublishers; ++i)
        publishers.push_back(asio::co_spawn(pool, publish_many(channels, i), asio::use_future));

    for (auto& publisher : publishers)
        CHECK(publisher.get() == kEach);
    for (auto& follower : followers)
        CHECK(follower.get());
    asio::co_spawn(pool, channels.stop(), asio::use_future).get();
    CHECK(registry.text().find("rialto_channel_subscribers 0") != std::string::npos);
    pool.join();
}
