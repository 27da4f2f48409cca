#include "push.hpp"

#include <stdexcept>
#include <string>

#include "http_client.hpp"
#include "post_text.hpp"
#include "samples.hpp"

namespace rialto::bench {
namespace {

/// A WebSocket client of the few frames that are needed here: text, not fragmented, not compressed.
class WebSocket {
public:
    explicit WebSocket(std::uint16_t port) : socket_{port} {
        socket_.send(
            "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        std::size_t end = 0;
        while ((end = received_.find("\r\n\r\n")) == std::string::npos)
            socket_.receive(received_);
        if (!received_.starts_with("HTTP/1.1 101"))
            throw std::runtime_error{"no WebSocket: " + received_};
        received_.erase(0, end + 4);
    }

    /// `text` has at most 125 bytes.
    void send(const std::string& text) {
        // Masked by zero, which leaves it as it is.
        socket_.send(std::string{'\x81', static_cast<char>(0x80U | text.size()), 0, 0, 0, 0} + text);
    }

    std::string receive() {
        need(2);
        std::size_t head = 2;
        std::size_t size = byte(1);
        if (size >= 126) {
            head = size == 126 ? 4 : 10;
            need(head);
            size = 0;
            for (std::size_t i = 2; i < head; ++i)
                size = size << 8U | byte(i);
        }
        need(head + size);
        std::string text = received_.substr(head, size);
        received_.erase(0, head + size);
        return text;
    }

    void receive_with(const std::string& part) {
        while (receive().find(part) == std::string::npos) {
        }
    }

private:
    void need(std::size_t size) {
        while (received_.size() < size)
            socket_.receive(received_);
    }
    std::size_t byte(std::size_t at) const { return static_cast<unsigned char>(received_[at]); }

    Socket socket_;
    std::string received_;
};

}  // namespace

std::vector<double> push_times(std::uint16_t port, std::size_t rounds) {
    constexpr std::size_t kWarmUp = 10;
    WebSocket subscriber{port};
    subscriber.send(R"({"type":"subscribe","channel":"posts"})");
    subscriber.receive_with(R"("subscribed")");
    Socket client{port};
    std::vector<double> times;
    for (std::size_t round = 0; round < kWarmUp + rounds; ++round) {
        const std::string request = post_request(post_json(round));
        const auto begin = Clock::now();
        ask(client, request, 201);
        subscriber.receive_with(R"("MODIFY")");
        if (round >= kWarmUp)
            times.push_back(milliseconds(Clock::now() - begin));
    }
    return times;
}

}  // namespace rialto::bench
