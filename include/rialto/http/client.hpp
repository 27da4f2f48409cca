#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "rialto/async/task.hpp"
#include "rialto/base/result.hpp"
#include "rialto/http/message.hpp"

namespace rialto::http {

struct ClientOptions {
    std::chrono::milliseconds connect_timeout{3'000};  ///< Name resolution, TCP and TLS.
    std::size_t max_body = 64 << 10;                   ///< How much of a response's body is kept.
    std::string ca_file;                    ///< PEM file of the authorities that are trusted; empty: the system's.
    bool allow_local = false;               ///< Loopback, link-local and private addresses may be called.
    std::size_t transfers = 256;            ///< At once. One scheme, host and port gets fewer than it leaves to others.
    std::chrono::milliseconds look{1'000};  ///< How often the thread looks what there is to do without being told.
    std::size_t queue = 1024;  ///< Requests that wait for their turn; beyond it send() answers Unavailable.
};

struct ClientRequest {
    std::string method = "GET";  ///< Any token but CONNECT and TRACE. HEAD sends no body.
    std::string url;             ///< http or https, without user information.
    Headers headers;             ///< Host, Content-Length and Transfer-Encoding are the client's own.
    std::string body;
    /// Of the exchange, from its turn on. It waits for its turn no longer than that either.
    std::chrono::milliseconds timeout{5'000};
};

struct ClientResponse {
    int status = 0;
    Headers headers;      ///< At most 16 KiB of them.
    std::string body;     ///< As sent: a Content-Encoding is not undone.
    bool is_cut = false;  ///< The body was longer than `max_body`.
};

/// Sends HTTP/1.1 requests by libcurl, on a thread of its own. Follows no redirect, keeps no cookie, and asks neither
/// the environment nor a proxy. Certificates are checked. A connection is used again unless the request says
/// `Connection: close`. Thread-safe.
///
/// Whether an address is local is checked when the socket is made: a name that resolves to one is refused as well.
class Client {
public:
    explicit Client(ClientOptions options);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    /// The response, whatever its status. InvalidArgument for a request that cannot be sent as it is, or a local
    /// address; TimedOut; Unavailable for all that may be better later; Cancelled. Messages name scheme, host and port,
    /// and nothing else of the request. If the caller is cancelled the exchange is broken off.
    Task<Result<ClientResponse>> send(ClientRequest request);

    /// Breaks off everything, and from here on refuses everything, as Unavailable.
    void stop();

private:
    struct State;
    std::shared_ptr<State> state_;  // shared with the coroutines that wait
};

/// One request, whose answer may have at most 64 MiB (else LimitExceeded). Blocks the calling thread for at most the
/// request's timeout: not for I/O threads. `insecure` skips the check of the server's certificate.
Result<ClientResponse> exchange(ClientRequest request, bool insecure = false);

struct Fetched {
    int status = 0;
    std::string body;
};

/// One GET, of at most 1 MiB (else LimitExceeded). Blocks the calling thread for at most `timeout`: not for I/O
/// threads. `insecure` skips the check of the server's certificate, for a health check on a loopback address.
Result<Fetched> fetch(const std::string& url, std::chrono::milliseconds timeout, bool insecure = false);

}  // namespace rialto::http
