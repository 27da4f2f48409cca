#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>

#include "api/router.hpp"
#include "rialto/posts/change_feed.hpp"

namespace rialto::api {

/// `GET /posts/changes`: the change feed as CouchDB serves it (normal, longpoll, continuous) and as server-sent events.
class FeedApi {
public:
    struct Options {
        std::size_t max_waiters = 1000;  ///< Clients that wait for news; one more gets 503.
        std::chrono::milliseconds heartbeat{30'000};
    };

    /// `feed` must outlive this, and this the router.
    FeedApi(posts::ChangeFeed& feed, Options options) : feed_{feed}, options_{options} {}

    void add_routes(Router& router);

private:
    struct Wanted;
    Task<http::Response> respond(Call call);
    Task<> stream(http::BodyWriter& writer, Wanted wanted);
    Task<bool> write_changes(http::BodyWriter& writer, Wanted& wanted, const std::vector<storage::Change>& changes);

    posts::ChangeFeed& feed_;
    const Options options_;
    std::atomic<std::size_t> waiters_ = 0;
};

}  // namespace rialto::api
