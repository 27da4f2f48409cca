// Feeds arbitrary bytes to a connection, in pieces of the size that the first byte names.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

#include "http/connection.hpp"
#include "http/pipe.hpp"

using namespace rialto;
using namespace rialto::http;

namespace {

Task<> echo(WebSocket& socket) {
    for (;;) {
        auto message = co_await socket.read();
        if (!message)
            co_return;
        if (const Status sent = co_await socket.write(std::move(message->data)); !sent)
            co_return;
    }
}

Response answer(int status, std::string body) {
    Response response;
    response.status = status;
    response.body = std::move(body);
    return response;
}

ServerOptions small_limits() {
    ServerOptions options;
    options.max_body = 4096;
    options.max_header = 1024;
    return options;
}

class Echo final : public Handler {
public:
    std::optional<Response> refuse(const RequestHead& head) override {
        if (head.path == "/refused")
            return answer(404, "");
        return std::nullopt;
    }
    Task<Response> respond(const Request& request) override {
        Response response = answer(200, request.body);
        if (request.path == "/ws")
            response.upgrade = echo;
        co_return response;
    }
    Response fault(int status, std::string_view reason) override { return answer(status, std::string{reason}); }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0)
        return 0;
    static metrics::Registry registry;
    static Telemetry telemetry{registry, false};
    static const ServerOptions options = small_limits();
    SystemRandom random;
    Echo handler;
    asio::io_context context;
    const std::string input{reinterpret_cast<const char*>(data) + 1, size - 1};
    auto output = std::make_shared<PipeOutput>();
    auto pipe = make_pipe(context.get_executor(), input, data[0] + std::size_t{1}, output);
    const Service service{options, handler, random, telemetry};
    const auto connection = std::make_shared<Connection>(service, std::move(pipe), Peer{.address = "pipe"});
    auto keep = [connection](const std::exception_ptr& failure) {
        if (failure)
            std::abort();
    };
    asio::co_spawn(context, connection->run(), keep);
    context.run();
    return 0;
}
