#include "rialto/http/server.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <cassert>
#include <mutex>
#include <unordered_set>

#include "http/connection.hpp"
#include "http/tls_context.hpp"
#include "http/transport.hpp"
#include "rialto/base/log.hpp"

namespace rialto::http {
namespace {

using asio::ip::tcp;

constexpr std::size_t kMaxRefusals = 64;  // Connections beyond the limit that are told so; more are just closed.
constexpr std::chrono::milliseconds kAcceptPause{100};

std::string without_brackets(const std::string& address) {
    if (address.starts_with('[') && address.ends_with(']'))
        return address.substr(1, address.size() - 2);
    return address;
}

std::string describe(const tcp::endpoint& endpoint) {
    const auto address = endpoint.address().to_string();
    const auto host = endpoint.address().is_v6() ? "[" + address + "]" : address;
    return host + ":" + std::to_string(endpoint.port());
}

Error cannot_listen(const tcp::endpoint& endpoint, const ErrorCode& error) {
    const auto where = describe(endpoint);
    if (error == asio::error::address_in_use)
        return {Errc::AlreadyExists,
                where + " is in use by another program: stop it, or choose another address with --listen"};
    if (error == asio::error::access_denied)
        return {Errc::Unavailable,
                where + " may not be listened on by this user: choose a port above 1023 with --listen"};
    if (error == boost::system::errc::address_not_available)
        return {Errc::InvalidArgument, where + " is not an address of this machine: choose another with --listen"};
    return {Errc::Unavailable, "cannot listen on " + where + ": " + error.message()};
}

std::string address_of(const tcp::socket& socket) {
    ErrorCode error;
    auto address = socket.remote_endpoint(error).address();
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    return error ? "unknown" : address.to_string();
}

}  // namespace

struct Server::Certificate {
    explicit Certificate(std::shared_ptr<asio::ssl::context> c) : context{std::move(c)} {}
    std::shared_ptr<asio::ssl::context> context;
};

/// Everything but `tls` is used on the strand `control` only, once the server has started.
struct Server::State : std::enable_shared_from_this<State> {
    State(asio::any_io_executor ex, ServerOptions o, Handler& handler, Random& random, metrics::Registry& registry)
        : executor{std::move(ex)},
          control{asio::make_strand(executor)},
          options{std::move(o)},
          telemetry{registry, options.access_log},
          service{options, handler, random, telemetry},
          acceptor{control},
          pause{control},
          all_ended{control, asio::steady_timer::time_point::max()} {}

    bool uses_tls() const { return !options.tls_certificate.empty(); }
    Result<std::shared_ptr<Certificate>> read_certificate() const;
    void use(std::shared_ptr<Certificate> certificate);
    Status listen();
    void begin_accepting();
    Task<> accept_connections();
    Task<> recover(ErrorCode error, bool& complained);
    void admit(tcp::socket socket);
    void serve(std::shared_ptr<Connection> connection);
    void release(const std::shared_ptr<Connection>& connection);
    void note_end();
    std::unique_ptr<Transport> make_transport(tcp::socket socket);
    Task<> stop(std::chrono::milliseconds grace);
    bool ended() const { return connections.empty() && !accepting; }

    asio::any_io_executor executor;
    asio::any_io_executor control;
    ServerOptions options;
    Telemetry telemetry;
    Service service;
    tcp::acceptor acceptor;
    asio::steady_timer pause;
    asio::steady_timer all_ended;  // Never expires; cancelled when the last connection has ended.
    std::unordered_set<std::shared_ptr<Connection>> connections;
    std::size_t refusals = 0;  // Of the connections, those that only get a 503: they take nobody's place.
    std::uint16_t port = 0;
    bool accepting = false;
    bool stopping = false;
    bool complained_of_limit = false;

    std::mutex mutex;  // guards tls
    std::shared_ptr<asio::ssl::context> tls;
};

Result<std::shared_ptr<Server::Certificate>> Server::State::read_certificate() const {
    if (!uses_tls())
        return std::shared_ptr<Certificate>{};
    auto loaded = load_tls(options.tls_certificate, options.tls_key);
    if (!loaded)
        return std::move(loaded).error();
    return std::make_shared<Certificate>(std::move(*loaded));
}

void Server::State::use(std::shared_ptr<Certificate> certificate) {
    const std::lock_guard lock{mutex};
    tls = certificate ? certificate->context : nullptr;
}

Status Server::State::listen() {
    ErrorCode error;
    const auto address = asio::ip::make_address(without_brackets(options.address), error);
    if (error)
        return Error{Errc::InvalidArgument, "\"" + options.address + "\" is not an IP address to listen on"};
    const tcp::endpoint endpoint{address, options.port};
    acceptor.open(endpoint.protocol(), error);
    if (!error)
        acceptor.set_option(tcp::acceptor::reuse_address{true}, error);
    if (!error && address.is_v6())
        acceptor.set_option(asio::ip::v6_only{false}, error);
    if (!error)
        acceptor.bind(endpoint, error);
    if (!error)
        acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (!error)
        port = acceptor.local_endpoint(error).port();
    if (!error)
        return {};
    ErrorCode ignored;
    acceptor.close(ignored);
    return cannot_listen(endpoint, error);
}

void Server::State::begin_accepting() {
    accepting = true;
    asio::co_spawn(control, accept_connections(), [self = shared_from_this()](std::exception_ptr failure) {
        if (failure)
            log::error("accepting connections failed");
        self->accepting = false;
        self->note_end();
    });
}

Task<> Server::State::accept_connections() {
    bool complained = false;
    while (!stopping) {
        asio::any_io_executor strand = asio::make_strand(executor);
        auto [error, socket] = co_await acceptor.async_accept(strand, kNoThrow);
        if (stopping)
            co_return;
        if (error)
            co_await recover(error, complained);
        else
            admit(std::move(socket));
        if (!error)
            complained = false;
    }
}

/// Out of descriptors or memory: the connection waits in the backlog, and asking again at once would spin.
Task<> Server::State::recover(ErrorCode error, bool& complained) {
    if (error == asio::error::connection_aborted)
        co_return;
    if (!complained)
        log::error("cannot accept connections for now", {{"error", std::string_view{error.message()}}});
    complained = true;
    pause.expires_after(kAcceptPause);
    co_await pause.async_wait(kNoThrow);
}

void Server::State::admit(tcp::socket socket) {
    const bool full = connections.size() - refusals >= options.max_connections;
    if (full && !complained_of_limit)
        log::warn("too many connections: new ones are refused", {{"limit", options.max_connections}});
    complained_of_limit = full;
    if (full && refusals >= kMaxRefusals)
        return telemetry.refused.add();
    ErrorCode ignored;
    socket.set_option(tcp::no_delay{true}, ignored);
    Peer peer{.address = address_of(socket), .secure = uses_tls(), .refused = full};
    serve(std::make_shared<Connection>(service, make_transport(std::move(socket)), std::move(peer)));
}

std::unique_ptr<Transport> Server::State::make_transport(tcp::socket socket) {
    const std::lock_guard lock{mutex};
    return tls ? make_tls(std::move(socket), tls) : make_tcp(std::move(socket));
}

void Server::State::serve(std::shared_ptr<Connection> connection) {
    connections.insert(connection);
    refusals += connection->refused() ? 1 : 0;
    telemetry.connections.add(1);
    auto on_end = [self = shared_from_this(), connection](std::exception_ptr failure) {
        if (failure)
            log::error("a connection failed");
        asio::post(self->control, [self, connection] { self->release(connection); });
    };
    asio::co_spawn(connection->strand(), connection->run(),
                   asio::bind_cancellation_slot(connection->slot(), std::move(on_end)));
}

void Server::State::release(const std::shared_ptr<Connection>& connection) {
    connections.erase(connection);
    refusals -= connection->refused() ? 1 : 0;
    telemetry.connections.add(-1);
    note_end();
}

void Server::State::note_end() {
    if (stopping && ended())
        all_ended.cancel();
}

Task<> Server::State::stop(std::chrono::milliseconds grace) {
    stopping = true;
    ErrorCode ignored;
    acceptor.close(ignored);
    pause.cancel();
    for (const auto& connection : connections)
        connection->begin_stop();
    all_ended.expires_after(grace);
    if (!ended())
        co_await all_ended.async_wait(kNoThrow);
    for (const auto& connection : connections)
        connection->cut();
    all_ended.expires_at(asio::steady_timer::time_point::max());
    while (!ended())
        co_await all_ended.async_wait(kNoThrow);
}

Server::Server(asio::any_io_executor executor, ServerOptions options, Handler& handler, Random& random,
               metrics::Registry& metrics)
    : state_{std::make_shared<State>(std::move(executor), std::move(options), handler, random, metrics)} {}

Server::~Server() {
    // Connections refer to the handler, which may die next.
    assert((state_->port == 0 || state_->stopping) && "Server destroyed before stop() completed");
}

Status Server::start() {
    auto certificate = state_->read_certificate();
    if (!certificate)
        return std::move(certificate).error();
    state_->use(std::move(*certificate));
    if (auto listening = state_->listen(); !listening)
        return listening;
    return {};
}

void Server::accept() { state_->begin_accepting(); }

std::uint16_t Server::port() const { return state_->port; }

Result<std::shared_ptr<Server::Certificate>> Server::read_certificate() const { return state_->read_certificate(); }

void Server::use(std::shared_ptr<Certificate> certificate) { state_->use(std::move(certificate)); }

Task<> Server::stop(std::chrono::milliseconds grace) {
    auto state = state_;
    co_await asio::co_spawn(state->control, state->stop(grace), asio::use_awaitable);
}

}  // namespace rialto::http
