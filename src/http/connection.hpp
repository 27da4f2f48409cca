#pragma once

#include <array>
#include <boost/asio/cancellation_signal.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "http/any_stream.hpp"
#include "http/input_buffer.hpp"
#include "http/request_parser.hpp"
#include "http/response_head.hpp"
#include "http/telemetry.hpp"
#include "http/watchdog.hpp"
#include "http/web_socket.hpp"
#include "rialto/http/server.hpp"

namespace rialto::http {

/// How long a connection that we close waits for its peer to read the last answer.
inline constexpr std::chrono::milliseconds kLingerTime{5'000};
/// The same once the server stops.
inline constexpr std::chrono::milliseconds kLingerTimeAtStop{500};

/// What all connections of a server share. All must outlive them.
struct Service {
    const ServerOptions& options;
    Handler& handler;
    Random& random;
    Telemetry& telemetry;
};

struct Peer {
    std::string address;
    bool secure = false;
    bool refused = false;  ///< Beyond the limit of connections: gets 503 whatever it asks.
};

/// Serves one connection from its first byte to its last. Lives on its transport's strand.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(const Service& service, std::unique_ptr<Transport> transport, Peer peer);

    /// Returns when the connection has ended. Spawn it on strand(), bound to slot().
    Task<> run();

    asio::any_io_executor strand() { return stream_.get_executor(); }
    asio::cancellation_slot slot() { return signal_.slot(); }
    bool refused() const { return peer_.refused; }

    /// Ends an idle connection, a stream or a WebSocket; lets a request under way be answered, and a peer that has its
    /// answer read it, but not for long. Thread-safe.
    void begin_stop();
    /// Ends it at once. Thread-safe.
    void cut();

private:
    class StreamWriter;
    enum class Phase { Idle, Busy, Streaming, WebSocket, Lingering };
    enum class Next { Request, Linger, Close };
    using Clock = Watchdog::Clock;

    // connection.cpp: from one request to the next
    Task<> serve();
    Task<Next> serve_request();
    Task<Next> turn_away();
    Task<Next> answer(Response response, bool keep_alive);
    Task<Next> refuse(Response response);
    Task<Response> respond();
    std::optional<Response> ask_to_refuse();
    Response fault(const Fault& fault);
    void on_expiry();

    // connection_input.cpp
    Task<bool> await_first_byte();
    Task<Fault> read_head();
    Task<Fault> read_body();
    Task<bool> discard_body();
    Task<bool> fill(std::size_t size);
    Fault broken_off(std::string_view what);
    void begin_exchange();

    // connection_output.cpp
    Task<bool> send(const Response& response, const Framing& framing, bool with_body);
    Task<bool> send_all(std::span<asio::const_buffer> buffers);
    Task<Next> send_fault(Fault what);
    Task<bool> open_transport();
    Task<> linger();
    void record(int status, std::size_t bytes);

    // connection_stream.cpp
    Task<Next> send_stream(Response response, bool keep_alive);
    Task<bool> run_stream(const Response& response, StreamWriter& writer);
    Task<Next> serve_web_socket(Response response);
    Task<Next> run_web_socket(const Response& response);
    Task<std::uint16_t> run_upgrade(const Response& response);
    void watch();
    void end_stream();
    Task<> stop_watching();

    Service service_;
    AnyStream stream_;
    Peer peer_;
    Watchdog watchdog_;
    asio::cancellation_signal signal_;
    Phase phase_ = Phase::Idle;
    bool stopping_ = false;
    bool cut_ = false;
    bool gone_ = false;  // The peer closed or the connection broke.

    InputBuffer input_;
    std::string output_;
    std::optional<RequestParser> parser_;  // The current request; lives until its answer has been sent.
    std::string method_;                   // As sent, HEAD included.
    Clock::time_point begun_;

    bool watching_ = false;
    DoneHandler watch_ended_;
    std::shared_ptr<WebSocketSession> web_socket_;
};

}  // namespace rialto::http
