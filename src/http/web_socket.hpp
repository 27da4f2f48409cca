#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "http/any_stream.hpp"
#include "http/watchdog.hpp"
#include "rialto/http/message.hpp"
#include "rialto/http/server.hpp"
#include "rialto/http/websocket.hpp"

namespace rialto::http {

/// The connection's side of a WebSocket. Lives on the connection's strand.
class WebSocketSession : public WebSocket {
public:
    /// Sends the answer 101 with the fields of `response`. False if the connection is gone.
    virtual Task<bool> accept(const Request& request, const Response& response) = 0;

    /// Begins the closing handshake and does not wait. The first call decides code and reason.
    virtual void begin_close(std::uint16_t code, std::string reason) = 0;

    /// Closes with `code` if that has not begun, and returns when nothing is under way any more. True if the peer sent
    /// its close frame, so that nothing more will come from it.
    virtual Task<bool> finish(std::uint16_t code) = 0;

    /// The current write took too long.
    virtual void time_out() = 0;
};

/// The fault if `request` does not ask for a WebSocket (426), or asks wrongly (400); status 0 if all is well.
int judge_upgrade(const Request& request, bool http_1_0);

/// `owner` owns `stream` and `watchdog`, and is kept as long as an operation is under way.
std::shared_ptr<WebSocketSession> make_web_socket(AnyStream& stream, Watchdog& watchdog, const ServerOptions& options,
                                                  std::shared_ptr<void> owner);

}  // namespace rialto::http
