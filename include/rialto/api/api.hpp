#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "rialto/api/testing.hpp"
#include "rialto/api/ws.hpp"
#include "rialto/async/worker_pool.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/id.hpp"
#include "rialto/base/metrics.hpp"
#include "rialto/bus/catalog.hpp"
#include "rialto/bus/event_bus.hpp"
#include "rialto/delivery/admission.hpp"
#include "rialto/delivery/dispatcher.hpp"
#include "rialto/http/message.hpp"
#include "rialto/inspection/attempt_log.hpp"
#include "rialto/inspection/unmatched_events.hpp"
#include "rialto/model/quotas.hpp"
#include "rialto/posts/change_feed.hpp"
#include "rialto/posts/posts.hpp"
#include "rialto/queues/queues.hpp"
#include "rialto/storage/store.hpp"
#include "rialto/targets/entity_reader.hpp"
#include "rialto/targets/subscriptions.hpp"

namespace rialto::api {

/// The rooms that the API speaks for. All must outlive it.
struct Rooms {
    bus::Catalog& catalog;
    bus::EventBus& bus;
    posts::Posts& posts;
    posts::ChangeFeed& feed;
    targets::Subscriptions& subscriptions;
    queues::Queues& queues;
    storage::Store& store;
    delivery::Dispatcher& dispatcher;
    WebSocketApi& websocket;
    const targets::EntityReader& entities;
    WorkerPool& computing;  ///< For answers that may take long to work out.
    metrics::Registry& metrics;
    const Clock& clock;
    Random& random;
    const delivery::Admission& admission;
    const inspection::AttemptLog& attempts;
    const inspection::UnmatchedEvents& unmatched;
    const TestRooms* testing = nullptr;  ///< Null: there is nothing under `/_rialto/`.
};

struct ApiOptions {
    std::size_t feed_waiters = 1000;
    std::chrono::milliseconds feed_heartbeat{30'000};
    std::string version;
    model::Quotas quotas{};
};

/// Everything that goes over HTTP, by route. Thread-safe.
class Api final : public http::Handler {
public:
    Api(const Rooms& rooms, ApiOptions options);
    ~Api() override;

    std::optional<http::Response> refuse(const http::RequestHead& head) override;
    Task<http::Response> respond(const http::Request& request) override;
    http::Response fault(int status, std::string_view reason) override;

    /// From now on `/readyz` says that the server is on its way out.
    void begin_stop();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace rialto::api
