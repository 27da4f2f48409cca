#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "rialto/async/task.hpp"
#include "rialto/base/id.hpp"
#include "rialto/base/metrics.hpp"
#include "rialto/base/result.hpp"
#include "rialto/http/message.hpp"

namespace rialto::http {

struct ServerOptions {
    std::string address = "0.0.0.0";
    std::uint16_t port = 8080;  ///< 0: one that the system chooses.

    std::string tls_certificate;  ///< PEM file with the chain; empty: no TLS.
    std::string tls_key;          ///< PEM file.

    std::size_t max_body = 1 << 20;
    std::size_t max_header = 16 << 10;
    std::size_t max_connections = 10'000;

    /// From the first byte of a request to the end of its head, TLS handshake included.
    std::chrono::milliseconds header_timeout{10'000};
    std::chrono::milliseconds body_timeout{30'000};
    std::chrono::milliseconds idle_timeout{60'000};   ///< Between two requests of one connection.
    std::chrono::milliseconds write_timeout{30'000};  ///< For a client that takes nothing.
    std::size_t write_rate = 4 << 10;                 ///< Bytes a second that a client takes at least, in the long run.

    struct {
        std::size_t max_message = 64 << 10;
        std::chrono::milliseconds idle_timeout{60'000};  ///< A ping is sent after half of it.
        std::chrono::milliseconds close_timeout{5'000};
        bool deflate = false;  ///< Offer permessage-deflate (RFC 7692).
    } websocket;

    bool access_log = true;
};

/// Serves HTTP/1.1 and WebSocket over TCP or TLS on one port.
///
/// Keep-alive, pipelining, chunked bodies, HEAD (the handler answers as to GET, the body is dropped) and
/// `Expect: 100-continue` are handled here, and so are the limits: 408 for a slow request, 413, 431, 400; connections
/// beyond the limit get 503 and are closed. Every answer carries `X-Request-Id`: the client's, if it is 1 to 128
/// characters of [A-Za-z0-9._-], or a fresh UUID. Thread-safe.
class Server {
public:
    /// All arguments must outlive the server. `executor` is a thread pool's: connections run on strands of it.
    Server(asio::any_io_executor executor, ServerOptions options, Handler& handler, Random& random,
           metrics::Registry& metrics);
    ~Server();

    /// Binds and listens. Errors name the address and what to do: AlreadyExists when the port is taken, InvalidArgument
    /// for an address, a certificate or a key that cannot be used, Unavailable otherwise. Clients that connect now wait
    /// in the kernel's backlog until accept().
    Status start();

    /// Begins to serve: call once, after start(), when all that the handler relies on runs.
    void accept();

    /// The port that is listened on, known from start() on.
    std::uint16_t port() const;

    /// The certificate and key files as they are now, null without TLS. Blocks; changes nothing.
    struct Certificate;
    Result<std::shared_ptr<Certificate>> read_certificate() const;

    /// Puts a certificate in force; running connections keep the old one.
    void use(std::shared_ptr<Certificate> certificate);

    /// Stops accepting, closes idle connections, cancels streams and WebSockets (closed with 1001), lets requests
    /// under way be answered (with `Connection: close`), and after `grace` cuts what is left.
    Task<> stop(std::chrono::milliseconds grace);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace rialto::http
