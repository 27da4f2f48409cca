#include "fake_relay.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <stdexcept>

namespace rialto::mail {
namespace {

int listen_on_loopback() {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(listener, 16) != 0)
        throw std::runtime_error("cannot listen on the loopback");
    return listener;
}

std::uint16_t port_of(int listener) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

std::optional<std::string> read_line(int socket, std::string& buffer) {
    std::size_t end = 0;
    while ((end = buffer.find("\r\n")) == std::string::npos) {
        std::array<char, 4096> bytes{};
        const auto count = ::recv(socket, bytes.data(), bytes.size(), 0);
        if (count <= 0)
            return std::nullopt;
        buffer.append(bytes.data(), static_cast<std::size_t>(count));
    }
    auto line = buffer.substr(0, end);
    buffer.erase(0, end + 2);
    return line;
}

}  // namespace

FakeRelay::Reply FakeRelay::agree(std::string_view verb, std::string_view) {
    if (verb == "GREETING")
        return {"220 relay.test ESMTP"};
    if (verb == "EHLO")
        return {"250-relay.test\r\n250-AUTH PLAIN\r\n250 SIZE 1000000"};
    if (verb == "AUTH")
        return {"235 welcome"};
    if (verb == "DATA")
        return {"354 go on"};
    if (verb == "QUIT")
        return {"221 bye", true};
    return {"250 ok"};
}

FakeRelay::FakeRelay(Script script)
    : script_{std::move(script)},
      listener_{listen_on_loopback()},
      port_{port_of(listener_)},
      acceptor_{[this] { accept_all(); }} {}

FakeRelay::~FakeRelay() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
        const std::lock_guard lock{mutex_};
        for (const int socket : sockets_)
            ::shutdown(socket, SHUT_RDWR);
    }
    servers_.clear();
    for (const int socket : sockets_)
        ::close(socket);
    ::close(listener_);
}

std::size_t FakeRelay::connections() const {
    const std::lock_guard lock{mutex_};
    return sockets_.size();
}

std::vector<std::string> FakeRelay::commands() const {
    const std::lock_guard lock{mutex_};
    return commands_;
}

std::vector<std::string> FakeRelay::mails() const {
    const std::lock_guard lock{mutex_};
    return mails_;
}

void FakeRelay::accept_all() {
    for (int socket = 0; (socket = ::accept(listener_, nullptr, nullptr)) >= 0;) {
        const std::lock_guard lock{mutex_};
        sockets_.push_back(socket);
        servers_.emplace_back([this, socket] { serve(socket); });
    }
}

void FakeRelay::serve(int socket) {
    std::string buffer;
    bool goes_on = !say(socket, "GREETING", "").hang_up;
    while (goes_on) {
        const auto line = read_line(socket, buffer);
        if (!line)
            break;
        {
            const std::lock_guard lock{mutex_};
            commands_.push_back(*line);
        }
        const auto verb = line->substr(0, line->find(' '));
        const auto reply = say(socket, verb, *line);
        goes_on = !reply.hang_up && (!reply.text.starts_with("354") || receive_mail(socket, buffer));
    }
    ::shutdown(socket, SHUT_RDWR);
}

FakeRelay::Reply FakeRelay::say(int socket, std::string_view verb, std::string_view line) {
    auto reply = script_(verb, line);
    if (!reply.text.empty() && verb != "CONTENT") {
        const auto bytes = reply.text + "\r\n";
        ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }
    return reply;
}

bool FakeRelay::receive_mail(int socket, std::string& buffer) {
    std::string mail;
    for (auto line = read_line(socket, buffer); line; line = read_line(socket, buffer)) {
        if (*line == ".") {
            {
                const std::lock_guard lock{mutex_};
                mails_.push_back(std::move(mail));
            }
            return !say(socket, "MESSAGE", "").hang_up;
        }
        if (say(socket, "CONTENT", *line).hang_up)
            return false;
        mail += line->starts_with('.') ? line->substr(1) : *line;
        mail += "\r\n";
    }
    return false;
}

}  // namespace rialto::mail
