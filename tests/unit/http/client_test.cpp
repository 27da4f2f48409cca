#include "rialto/http/client.hpp"

#include <arpa/inet.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>
#include <deque>

#include "fixture.hpp"
#include "http/local_address.hpp"
#include "rialto/async/signal.hpp"
#include "rialto/http/date.hpp"

using namespace rialto;
using namespace rialto::http;
using namespace rialto::http::test;

namespace {

ClientOptions options_for_tests(std::size_t transfers = 4, std::size_t queue = 4) {
    ClientOptions options;
    options.allow_local = true;
    options.transfers = transfers;
    options.queue = queue;
    return options;
}

/// The coroutines that send run on the test's own thread, when it says so.
class Sender {
public:
    using Answer = Result<ClientResponse>;

    std::future<Answer> begin(Client& client, ClientRequest request) {
        auto answer = asio::co_spawn(loop, client.send(std::move(request)), asio::use_future);
        loop.restart();
        loop.poll();
        return answer;
    }

    Answer wait(std::future<Answer>& answer) {
        while (answer.wait_for(0s) != std::future_status::ready) {
            loop.restart();
            loop.run_one_for(100ms);
        }
        return answer.get();
    }

    Answer send(Client& client, ClientRequest request) {
        auto answer = begin(client, std::move(request));
        return wait(answer);
    }

    asio::io_context loop;
};

class ClientTest : public StartedTest, public Sender {
public:
    std::string url(const std::string& path) const {
        return "http://127.0.0.1:" + std::to_string(server->port()) + path;
    }
    ClientRequest request(const std::string& path) const {
        ClientRequest request;
        request.url = url(path);
        return request;
    }

    Client client{options_for_tests()};
};

/// Takes connections and says nothing.
class SilentTest : public Sender {
public:
    ClientRequest request(std::chrono::milliseconds timeout) const {
        ClientRequest request;
        request.url = "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()) + "/";
        request.timeout = timeout;
        return request;
    }

    asio::io_context context;
    tcp::acceptor acceptor{context, {asio::ip::address_v4::loopback(), 0}};
};

bool is_local_text(const char* text) {
    sockaddr_storage storage{};
    auto& v4 = reinterpret_cast<sockaddr_in&>(storage);
    auto& v6 = reinterpret_cast<sockaddr_in6&>(storage);
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
        storage.ss_family = AF_INET;
    else if (inet_pton(AF_INET6, text, &v6.sin6_addr) == 1)
        storage.ss_family = AF_INET6;
    return is_local(reinterpret_cast<const sockaddr&>(storage));
}

}  // namespace

TEST_CASE_METHOD(ClientTest, "a request goes out as it was given, and nothing is added to it", "[http][client]") {
    handler.routes["/items"] = [](const Request& request) -> Task<Response> {
        std::string seen = request.method + " " + request.target + "\n";
        for (const auto& [name, value] : request.headers)
            seen.append(name).append(": ").append(value).append("\n");
        co_return TestHandler::text(201, seen + request.body);
    };
    ClientRequest wanted = request("/items?a=%20b");
    wanted.method = "PATCH";
    wanted.headers = {{"Content-Type", "text/x"}, {"X-Empty", ""}, {"Connection", "close"}};
    wanted.body = "{}";

    const auto response = send(client, wanted);

    REQUIRE(response);
    CHECK(response->status == 201);
    CHECK(response->headers.find("content-type") == "text/plain");
    CHECK(response->body == "PATCH /items?a=%20b\nHost: 127.0.0.1:" + std::to_string(server->port()) +
                                "\nContent-Type: text/x\nX-Empty: \nConnection: close\nContent-Length: 2\n{}");
}

TEST_CASE_METHOD(ClientTest, "each method is sent with what it may carry", "[http][client]") {
    const auto [method, body, expected] = GENERATE(table<std::string, std::string, std::string>({
        {"GET", "", "GET /x []"},
        {"GET", "b", "GET /x [b]"},
        {"POST", "", "POST /x []"},
        {"PUT", "b", "PUT /x [b]"},
        {"DELETE", "", "DELETE /x []"},
        {"DELETE", "b", "DELETE /x [b]"},
        {"OPTIONS", "b", "OPTIONS /x [b]"},
        {"HEAD", "b", ""},
    }));
    ClientRequest wanted = request("/x");
    wanted.method = method;
    wanted.body = body;

    const auto response = send(client, wanted);

    REQUIRE(response);
    CHECK(response->status == 200);
    CHECK(response->body == expected);
}

TEST_CASE_METHOD(ClientTest, "those that do not answer leave transfers for the others", "[http][client]") {
    asio::io_context context;
    std::deque<tcp::acceptor> silent;
    Client fair{options_for_tests(16, 64)};
    std::vector<std::future<Answer>> silence;
    for (int host = 0; host < 3; ++host) {
        silent.emplace_back(context, tcp::endpoint{asio::ip::address_v4::loopback(), 0});
        ClientRequest unheard;
        unheard.url = "http://127.0.0.1:" + std::to_string(silent.back().local_endpoint().port()) + "/";
        unheard.timeout = 60s;
        for (int i = 0; i < 20; ++i)
            silence.push_back(begin(fair, unheard));
    }

    for (int i = 0; i < 3; ++i)
        CHECK(send(fair, request("/x")).value().status == 200);

    fair.stop();
    for (auto& answer : silence)
        CHECK_FALSE(wait(answer));
}

TEST_CASE_METHOD(ClientTest, "a transfer that is free again goes to who may have it, at once", "[http][client]") {
    asio::io_context context;
    const tcp::acceptor silent{context, {asio::ip::address_v4::loopback(), 0}};
    const tcp::acceptor mute{context, {asio::ip::address_v4::loopback(), 0}};
    const auto unheard = [](const tcp::acceptor& host, std::chrono::milliseconds timeout) {
        ClientRequest wanted;
        wanted.url = "http://127.0.0.1:" + std::to_string(host.local_endpoint().port()) + "/";
        wanted.timeout = timeout;
        return wanted;
    };
    ClientOptions options = options_for_tests(2, 8);
    options.look = 1h;
    Client small{options};
    auto held = begin(small, unheard(silent, 60s));
    auto given_up = begin(small, unheard(mute, 50ms));
    auto waits = begin(small, unheard(silent, 60s));  // may not have the second
    CHECK(wait(given_up).error().code == Errc::TimedOut);

    CHECK(send(small, request("/x")).value().status == 200);

    small.stop();
    CHECK_FALSE(wait(held));
    CHECK_FALSE(wait(waits));
}

TEST_CASE_METHOD(ClientTest, "a redirect is an answer like any other", "[http][client]") {
    handler.routes["/moved"] = [](const Request&) -> Task<Response> {
        Response response;
        response.status = 302;
        response.headers.add("Location", "/x");
        co_return response;
    };

    const auto response = send(client, request("/moved"));

    REQUIRE(response);
    CHECK(response->status == 302);
    CHECK(response->headers.find("Location") == "/x");
}

TEST_CASE_METHOD(ClientTest, "of a long body the beginning is kept", "[http][client]") {
    const std::size_t size = GENERATE(5u, 3u << 20);
    handler.routes["/long"] = [size](const Request&) -> Task<Response> {
        co_return TestHandler::text(200, std::string(size, 'x'));
    };
    ClientOptions frugal = options_for_tests();
    frugal.max_body = 4;
    Client careful{frugal};

    const auto response = send(careful, request("/long"));

    REQUIRE(response);
    CHECK(response->status == 200);
    CHECK(response->body == "xxxx");
    CHECK(response->is_cut);
}

TEST_CASE_METHOD(ClientTest, "what cannot be sent is refused, and the message shows nothing of it", "[http][client]") {
    ClientRequest wanted = request("/x?key=hush");
    std::string reason;
    SECTION("scheme") {
        wanted.url = "ftp://127.0.0.1/hush";
        reason = "neither http nor https";
    }
    SECTION("no scheme") {
        wanted.url = "hush/x";
        reason = "cannot be used";
    }
    SECTION("user information") {
        wanted.url = "http://hush:hush@127.0.0.1/";
        reason = "user information";
    }
    SECTION("a space") {
        wanted.url += " hush";
        reason = "percent-encoded";
    }
    SECTION("a header that ends early") {
        wanted.headers = {{"X-A", "hush\r\nX-B: hush"}};
        reason = "X-A holds control characters";
    }
    SECTION("a header's name") {
        wanted.headers = {{"X A: hush", ""}};
        reason = "a name that HTTP does not allow";
    }
    SECTION("framing") {
        wanted.headers = {{"content-length", "hush"}};
        reason = "content-length cannot be set";
    }
    SECTION("a method") {
        wanted.method = "GET /hush";
        reason = "the HTTP method";
    }

    const auto response = send(client, wanted);

    REQUIRE_FALSE(response);
    CHECK(response.error().code == Errc::InvalidArgument);
    CHECK_THAT(response.error().message, Catch::Contains(reason));
    CHECK_THAT(response.error().message, !Catch::Contains("hush"));
}

TEST_CASE_METHOD(ClientTest, "local addresses are refused unless they are allowed, by name as well", "[http][client]") {
    const std::string host = GENERATE("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433");
    Client outward{ClientOptions{}};
    ClientRequest wanted;
    wanted.url = "http://" + host + ":" + std::to_string(server->port()) + "/x";

    const auto response = send(outward, wanted);

    REQUIRE_FALSE(response);
    CHECK(response.error().code == Errc::InvalidArgument);
    CHECK_THAT(response.error().message, Catch::Contains("local address"));
}

TEST_CASE_METHOD(SilentTest, "nobody who listens is unavailable", "[http][client]") {
    Client client{options_for_tests()};
    const auto wanted = request(5s);
    acceptor.close();

    const auto response = send(client, wanted);

    REQUIRE_FALSE(response);
    CHECK(response.error().code == Errc::Unavailable);
}

TEST_CASE_METHOD(SilentTest, "a peer that does not answer costs no more than the time allowed", "[http][client]") {
    Client client{options_for_tests()};

    const auto response = send(client, request(20ms));

    REQUIRE_FALSE(response);
    CHECK(response.error().code == Errc::TimedOut);
}

TEST_CASE_METHOD(SilentTest, "requests wait for their turn, up to a bound, and not for ever", "[http][client]") {
    Client client{options_for_tests(1, 1)};
    auto first = begin(client, request(1h));
    const tcp::socket busy = acceptor.accept();  // so the first is under way
    auto second = begin(client, request(20ms));

    const auto third = send(client, request(1h));
    const auto late = wait(second);

    REQUIRE_FALSE(third);
    CHECK(third.error().code == Errc::Unavailable);
    CHECK_THAT(third.error().message, Catch::Contains("too many requests"));
    REQUIRE_FALSE(late);
    CHECK(late.error().code == Errc::TimedOut);
    CHECK_THAT(late.error().message, Catch::Contains("waited too long"));
    client.stop();
    (void)wait(first);
}

TEST_CASE_METHOD(SilentTest, "stop ends what is under way and what waits, and refuses the rest", "[http][client]") {
    Client client{options_for_tests(1)};
    auto first = begin(client, request(1h));
    const tcp::socket busy = acceptor.accept();
    auto second = begin(client, request(1h));

    client.stop();

    for (const auto& ended : {wait(first), wait(second), send(client, request(1h))}) {
        REQUIRE_FALSE(ended);
        CHECK(ended.error().code == Errc::Unavailable);
        CHECK_THAT(ended.error().message, Catch::Contains("stopping"));
    }
}

TEST_CASE_METHOD(SilentTest, "cancelling the caller closes the connection", "[http][client]") {
    Client client{options_for_tests()};
    asio::cancellation_signal cancel;
    auto answer =
        asio::co_spawn(loop, client.send(request(1h)), asio::bind_cancellation_slot(cancel.slot(), asio::use_future));
    loop.poll();
    tcp::socket peer = acceptor.accept();

    cancel.emit(asio::cancellation_type::terminal);
    const auto response = wait(answer);
    std::string sent;
    boost::system::error_code end;
    asio::read(peer, asio::dynamic_buffer(sent), end);

    REQUIRE_FALSE(response);
    CHECK(response.error().code == Errc::Cancelled);
    CHECK((end == asio::error::eof || end == asio::error::connection_reset));
}

TEST_CASE_METHOD(ClientTest, "of many requests those that are cancelled end, under way or waiting, and no other",
                 "[http][client]") {
    constexpr int kRequests = 300;
    Signal gate;
    handler.routes["/gated"] = [&gate](const Request&) -> Task<Response> {
        co_await gate.wait(0, std::chrono::steady_clock::time_point::max());
        co_return TestHandler::text(200, "through");
    };
    Client busy{options_for_tests(8, kRequests)};
    std::vector<asio::cancellation_signal> cancels(kRequests);
    int answered = 0;
    int cancelled = 0;
    for (auto& cancel : cancels)
        asio::co_spawn(loop, busy.send(request("/gated")),
                       asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr, Answer answer) {
                           answered += answer && answer->body == "through" ? 1 : 0;
                           cancelled += !answer && answer.error().code == Errc::Cancelled ? 1 : 0;
                       }));
    loop.poll();

    for (std::size_t i = 0; i < cancels.size(); i += 3)
        cancels[i].emit(asio::cancellation_type::terminal);
    loop.poll();
    gate.notify();
    do
        loop.restart();
    while (loop.run_one_for(5s) > 0 && answered + cancelled < kRequests);

    CHECK(answered == 200);
    CHECK(cancelled == 100);
}

TEST_CASE("which addresses are local", "[http][client]") {
    for (const auto* text : {"127.0.0.1",
                             "127.9.9.9",
                             "0.0.0.0",
                             "10.1.2.3",
                             "172.16.0.1",
                             "172.31.255.255",
                             "192.168.1.1",
                             "169.254.169.254",
                             "100.64.0.1",
                             "100.127.0.1",
                             "224.0.0.1",
                             "255.255.255.255",
                             "::",
                             "::1",
                             "::7f00:1",
                             "fc00::1",
                             "fd12::1",
                             "fe80::1",
                             "fec0::1",
                             "ff02::1",
                             "::ffff:10.0.0.1",
                             "64:ff9b::a00:1",
                             "2002:a00:1::",
                             "2001::1"}) {
        CAPTURE(text);
        CHECK(is_local_text(text));
    }
    for (const auto* text : {"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.0.1", "100.128.0.1", "172.15.0.1",
                             "172.32.0.1", "192.167.0.1", "223.255.255.255", "2606:4700::1111", "::ffff:8.8.8.8",
                             "64:ff9b::808:808", "2002:808:808::", "2001:db8::1"}) {
        CAPTURE(text);
        CHECK_FALSE(is_local_text(text));
    }
    sockaddr unix_socket{};
    unix_socket.sa_family = AF_UNIX;
    CHECK(is_local(unix_socket));
}

TEST_CASE("dates of header fields are read in all their forms", "[http][client]") {
    const auto expected = TimePoint{std::chrono::sys_days{std::chrono::year{1994} / 11 / 6} + 8h + 49min + 37s};
    CHECK(from_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == expected);
    CHECK(from_http_date("Sunday, 06-Nov-94 08:49:37 GMT") == expected);
    CHECK(from_http_date("Sun Nov  6 08:49:37 1994") == expected);
    CHECK_FALSE(from_http_date("soon"));
    CHECK_FALSE(from_http_date(""));
}
