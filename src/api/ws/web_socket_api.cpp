#include <atomic>
#include <mutex>
#include <utility>

#include "api/rest/answers.hpp"
#include "api/ws/origin.hpp"
#include "api/ws/session.hpp"
#include "rialto/api/ws.hpp"

namespace rialto::api {
namespace ws {

Figures::Figures(metrics::Registry& registry)
    : clients{registry.gauge("rialto_ws_clients", "WebSocket clients that are connected.")},
      received{registry.counter("rialto_ws_received_total", "Messages from WebSocket clients.")},
      sent{registry.counter("rialto_ws_sent_total", "Messages to WebSocket clients.")},
      slow{registry.counter("rialto_ws_slow_clients_total", "WebSocket clients closed for being too slow.")},
      wrong_origin{
          registry.counter("rialto_ws_refused_total", "WebSocket connections refused.", {{"reason", "origin"}})},
      too_many{registry.counter("rialto_ws_refused_total", "WebSocket connections refused.", {{"reason", "clients"}})} {
}

}  // namespace ws

struct WebSocketApi::State {
    State(channels::Channels& c, const WsOptions& o, Random& r, metrics::Registry& registry)
        : channels{c}, options{o}, random{r}, figures{registry} {}

    bool allows(const http::Headers& headers) {
        const std::lock_guard lock{mutex};
        return ws::is_origin_allowed(headers, origins);
    }

    channels::Channels& channels;
    const WsOptions options;
    Random& random;
    const ws::Figures figures;
    std::atomic<std::size_t> clients = 0;

    std::mutex mutex;  // guards origins
    std::vector<std::string> origins;
};

namespace {

/// A client's place among the `max_clients`, from the answer to its request to its end.
template <class State>
class Seat {
public:
    explicit Seat(std::shared_ptr<State> state) : state_{std::move(state)}, number_{++state_->clients} {
        state_->figures.clients.add(1);
    }
    ~Seat() {
        --state_->clients;
        state_->figures.clients.add(-1);
    }
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;

    bool is_free() const { return number_ <= state_->options.max_clients; }
    State& state() const { return *state_; }

private:
    const std::shared_ptr<State> state_;
    const std::size_t number_;
};

template <class State>
Task<> serve(std::shared_ptr<Seat<State>> seat, http::WebSocket& socket) {
    auto& state = seat->state();
    ws::Session session{state.channels, state.options, state.figures, random_token(state.random, 12)};
    co_await session.serve(socket);
}

}  // namespace

WebSocketApi::WebSocketApi(channels::Channels& channels, WsOptions options, Random& random, metrics::Registry& registry)
    : state_{std::make_shared<State>(channels, options, random, registry)} {}

WebSocketApi::~WebSocketApi() = default;

void WebSocketApi::allow_origins(std::vector<std::string> origins) {
    const std::lock_guard lock{state_->mutex};
    state_->origins = std::move(origins);
}

http::Response WebSocketApi::upgrade(const http::RequestHead& head) {
    if (!state_->allows(head.headers)) {
        state_->figures.wrong_origin.add();
        return problem(403, "pages of this origin may not connect; see websocket.origins");
    }
    auto seat = std::make_shared<Seat<State>>(state_);
    if (!seat->is_free()) {
        state_->figures.too_many.add();
        auto response = problem(503, "too many WebSocket clients");
        response.headers.add("Retry-After", "1");
        return response;
    }
    http::Response response;
    response.status = 101;
    response.upgrade = [seat = std::move(seat)](http::WebSocket& socket) { return serve(seat, socket); };
    return response;
}

std::size_t WebSocketApi::clients() const { return state_->clients; }

}  // namespace rialto::api
