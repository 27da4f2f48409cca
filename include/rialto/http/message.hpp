#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rialto/async/task.hpp"
#include "rialto/base/result.hpp"

namespace rialto::http {

/// Header fields in the order in which they came or shall go out; names compare without regard to case.
class Headers {
public:
    using Field = std::pair<std::string, std::string>;

    Headers() = default;
    Headers(std::initializer_list<Field> fields) : fields_{fields} {}

    void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
    /// Replaces every field of that name.
    void set(std::string_view name, std::string value);
    /// The first field of that name, or nothing.
    std::optional<std::string_view> find(std::string_view name) const;

    auto begin() const { return fields_.begin(); }
    auto end() const { return fields_.end(); }

private:
    std::vector<Field> fields_;
};

/// What is known of a request before its body is read.
struct RequestHead {
    std::string method;
    std::string target;  ///< As sent: path and query.
    std::string path;    ///< Percent-encoded as sent, without the query. Starts with a slash, or is "*".
    std::string query;   ///< Percent-encoded, without the question mark.
    Headers headers;
    std::string id;    ///< The request id that the answer will carry.
    std::string peer;  ///< Address of the client, without the port.
    bool secure = false;
};

struct Request : RequestHead {
    std::string body;
};

/// Where a streamed answer is written. Valid until the stream function returns.
class BodyWriter {
public:
    virtual ~BodyWriter() = default;
    /// Sends one chunk; resumes when the connection took it. Fails when the client is gone, is too slow, or
    /// the server stops: the stream function must then return.
    virtual Task<Status> write(std::string chunk) = 0;
    /// True once the client is gone or the server stops.
    virtual bool closed() const = 0;
};

class WebSocket;

struct Response {
    int status = 200;
    Headers headers;
    std::string body;
    /// If set, the body is what this writes, chunked, and `body` is ignored. It is cancelled (total) when the client
    /// closes the connection and when the server stops, so that it may wait for news for ever.
    std::function<Task<>(BodyWriter&)> stream;
    /// If set, and the request asked for a WebSocket, the connection becomes one that this function serves; it is
    /// closed when the function returns. Cancelled (total) when the server stops.
    std::function<Task<>(WebSocket&)> upgrade;
    /// The connection is closed after this answer.
    bool close = false;
};

/// What the server asks of its user. Called on any of the I/O threads, concurrently; must not block.
class Handler {
public:
    virtual ~Handler() = default;

    /// The head has arrived: an answer here refuses the request before its body is read (404, 405, 415, ...).
    virtual std::optional<Response> refuse(const RequestHead& head) = 0;

    /// Answers the whole request. `request` lives until the answer has been sent.
    virtual Task<Response> respond(const Request& request) = 0;

    /// The answer to what never became a request (status 400, 408, 413, 431, 503, ...) with its reason.
    virtual Response fault(int status, std::string_view reason) = 0;
};

/// The standard reason phrase, "Unknown" if there is none.
std::string_view reason_phrase(int status);

}  // namespace rialto::http
