#include <boost/asio/co_spawn.hpp>
#include <catch2/catch.hpp>

#include "fixture.hpp"
#include "http/connection.hpp"
#include "http/pipe.hpp"

using namespace rialto;
using namespace rialto::http;
using namespace rialto::http::test;

TEST_CASE("a connection over a pipe answers the same whatever the pieces", "[http]") {
    metrics::Registry registry;
    Telemetry telemetry{registry, false};
    ServerOptions options;
    SystemRandom random;
    TestHandler handler;
    for (const std::size_t piece : {1U, 2U, 7U, 1000U}) {
        asio::io_context context;
        auto output = std::make_shared<PipeOutput>();
        const std::string request =
            "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
        const Service service{options, handler, random, telemetry};
        const auto connection = std::make_shared<Connection>(
            service, make_pipe(context.get_executor(), request + request, piece, output), Peer{.address = "pipe"});

        asio::co_spawn(context, connection->run(), [connection](const std::exception_ptr&) {});
        context.run();

        const auto first = output->bytes.find("POST /p [abc]");
        REQUIRE(first != std::string::npos);
        CHECK(output->bytes.find("POST /p [abc]", first + 1) != std::string::npos);
    }
}

TEST_CASE("the log shows a target cut, and without its token", "[http]") {
    CHECK(loggable_target("/a?x=1&token=secret&y=2") == "/a?x=1&token=-&y=2");
    CHECK(loggable_target("/a?%74oken=secret") == "/a?token=-");
    CHECK(loggable_target("/" + std::string(1000, 'x')).size() == 512);
}
