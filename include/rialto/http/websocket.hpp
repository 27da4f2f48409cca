#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rialto/async/task.hpp"
#include "rialto/base/result.hpp"

namespace rialto::http {

/// One accepted WebSocket connection (RFC 6455). Pings and pongs are answered below this interface, and a peer that
/// stays silent for the server's idle limit, a ping notwithstanding, is closed; from the first read() on one message is
/// read ahead for that. One read and one write may be under way
/// at a time. Lives on the connection's strand: call its members from there only.
class WebSocket {
public:
    struct Message {
        std::string data;  ///< Valid UTF-8 if `text`.
        bool text = true;
    };

    virtual ~WebSocket() = default;

    /// The next message. Errors: Cancelled once the connection is closed, by whomever; LimitExceeded for a message
    /// beyond the size limit (the connection is then closed with 1009); Corrupt for a violation of the protocol (1002,
    /// 1007).
    virtual Task<Result<Message>> read() = 0;

    /// Sends one text message. Fails with TimedOut if the peer does not take it within the write limit.
    virtual Task<Status> write(std::string text) = 0;

    /// Sends several text messages in order, as one gathered write where it can. Errors as write().
    virtual Task<Status> write_all(std::vector<std::string> texts) = 0;

    /// Starts the closing handshake (RFC 6455 section 7.4 codes, 4000 to 4999 for applications) and waits for it at
    /// most the close limit. `reason` is cut to 123 bytes.
    virtual Task<> close(std::uint16_t code, std::string reason) = 0;
};

}  // namespace rialto::http
