#include "http_client.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace rialto::bench {

Socket::Socket(std::uint16_t port) : descriptor_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(descriptor_);
        throw std::runtime_error{"cannot connect to the server"};
    }
}

Socket::~Socket() {
    if (descriptor_ >= 0)
        ::close(descriptor_);
}

Socket::Socket(Socket&& other) noexcept : descriptor_{std::exchange(other.descriptor_, -1)} {}

void Socket::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0)
            throw std::runtime_error{"the server does not take a request"};
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void Socket::receive(std::string& into) {
    std::array<char, 16384> buffer;
    const ssize_t got = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (got <= 0)
        throw std::runtime_error{"the server closed a connection"};
    into.append(buffer.data(), static_cast<std::size_t>(got));
}

std::optional<Answer> read_answer(std::string_view received) {
    constexpr std::string_view kLength = "\r\nContent-Length: ";
    const auto end = received.find("\r\n\r\n");
    if (end == std::string_view::npos)
        return std::nullopt;
    const auto length = received.substr(0, end).find(kLength);
    const std::size_t size =
        length == std::string_view::npos ? 0 : std::strtoul(received.data() + length + kLength.size(), nullptr, 10);
    if (received.size() < end + 4 + size)
        return std::nullopt;
    return Answer{
        .status = std::atoi(received.data() + 9), .size = end + 4 + size, .body = received.substr(end + 4, size)};
}

std::string post_request(std::string_view body) {
    return "POST /posts HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

std::string ask(Socket& socket, std::string_view request, int expected) {
    socket.send(request);
    std::string received;
    while (true) {
        socket.receive(received);
        const auto answer = read_answer(received);
        if (answer && answer->status != expected)
            throw std::runtime_error{"the server answered " + received};
        if (answer)
            return std::string{answer->body};
    }
}

int status_of_get(std::uint16_t port, std::string_view path) {
    try {
        Socket socket{port};
        socket.send("GET " + std::string{path} + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        std::string received;
        while (true) {
            socket.receive(received);
            if (const auto answer = read_answer(received))
                return answer->status;
        }
    } catch (const std::runtime_error&) {
        return 0;
    }
}

}  // namespace rialto::bench
