#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

#include "http_client.hpp"
#include "post_text.hpp"
#include "samples.hpp"

namespace rialto::bench {
namespace {

/// One thread and one epoll set: the client must take as little as it can of what it measures.
class Poster {
public:
    Poster(std::uint16_t port, std::size_t connections) : epoll_{::epoll_create1(EPOLL_CLOEXEC)} {
        for (std::size_t i = 0; i < kDifferent; ++i)
            requests_.push_back(post_request(post_json(i)));
        for (std::size_t i = 0; i < connections; ++i) {
            connections_.push_back({.socket = Socket{port}, .received = {}, .sent = {}});
            epoll_event interest{.events = EPOLLIN, .data = {.u64 = i}};
            ::epoll_ctl(epoll_, EPOLL_CTL_ADD, connections_.back().socket.descriptor(), &interest);
        }
    }
    ~Poster() { ::close(epoll_); }
    Poster(const Poster&) = delete;
    Poster& operator=(const Poster&) = delete;

    Load run(std::chrono::milliseconds time) {
        const auto begin = Clock::now();
        end_ = begin + time;
        for (Connection& connection : connections_)
            send(connection);
        while (under_way_ > 0)
            take_answers();
        return {.per_second = static_cast<double>(times_.size()) / seconds(Clock::now() - begin),
                .p50_ms = quantile(times_, 0.5),
                .p99_ms = quantile(times_, 0.99),
                .answered = times_.size()};
    }

private:
    struct Connection {
        Socket socket;
        std::string received;
        Clock::time_point sent;
    };

    static constexpr std::size_t kDifferent = 500;
    static constexpr int kPatienceMs = 20'000;

    void send(Connection& connection) {
        connection.sent = Clock::now();
        connection.socket.send(requests_[++count_ % requests_.size()]);
        ++under_way_;
    }

    void take_answers() {
        std::array<epoll_event, 64> ready;
        const int count = ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), kPatienceMs);
        if (count <= 0)
            throw std::runtime_error{"the server does not answer"};
        for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i)
            take_answer(connections_[ready[i].data.u64]);
    }

    void take_answer(Connection& connection) {
        connection.socket.receive(connection.received);
        const auto answer = read_answer(connection.received);
        if (!answer)
            return;
        if (answer->status != 201)
            throw std::runtime_error{"the server answered " + connection.received};
        const auto now = Clock::now();
        times_.push_back(milliseconds(now - connection.sent));
        connection.received.clear();
        --under_way_;
        if (now < end_)
            send(connection);
    }

    int epoll_;
    std::vector<std::string> requests_;
    std::vector<Connection> connections_;
    std::vector<double> times_;
    Clock::time_point end_;
    std::size_t count_ = 0;
    std::size_t under_way_ = 0;
};

}  // namespace

Load post_load(std::uint16_t port, std::size_t connections, std::chrono::milliseconds time) {
    return Poster{port, connections}.run(time);
}

}  // namespace rialto::bench
