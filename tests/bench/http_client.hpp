#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rialto::bench {

/// A blocking connection to the server on the loopback. Throws when it breaks.
class Socket {
public:
    explicit Socket(std::uint16_t port);
    ~Socket();
    Socket(Socket&& other) noexcept;
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    int descriptor() const { return descriptor_; }
    void send(std::string_view bytes);
    /// Appends what has come, at least one byte.
    void receive(std::string& into);

private:
    int descriptor_;
};

/// An answer at the start of what was received. The body must have a Content-Length.
struct Answer {
    int status = 0;
    std::size_t size = 0;  ///< Head and body.
    std::string_view body;
};

/// Nothing while it is not complete.
std::optional<Answer> read_answer(std::string_view received);

std::string post_request(std::string_view body);

/// Sends `request` and returns the answer's body. Throws unless its status is `expected`.
std::string ask(Socket& socket, std::string_view request, int expected);

/// 0 if nobody answers.
int status_of_get(std::uint16_t port, std::string_view path);

struct Load {
    double per_second = 0;
    double p50_ms = 0;
    double p99_ms = 0;
    std::size_t answered = 0;
};

/// Posts for as long as `time` over `connections` connections, each with one request under way. Throws if an answer is
/// not 201.
Load post_load(std::uint16_t port, std::size_t connections, std::chrono::milliseconds time);

}  // namespace rialto::bench
