#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "rialto/base/metrics.hpp"
#include "rialto/http/message.hpp"

namespace rialto::http {

/// What is known of one answer when it has been sent.
struct Answered {
    std::string_view method;
    std::string_view target;
    std::string_view user_agent;
    std::string_view peer;
    std::string_view id;
    int status = 0;
    std::size_t bytes = 0;  ///< Of the body.
    std::chrono::steady_clock::duration duration{};
};

/// Figures and access log of the server. The figures are looked up once, here, not once a request. Thread-safe.
class Telemetry {
public:
    Telemetry(metrics::Registry& registry, bool access_log);

    void record(const Answered& answered);

    metrics::Gauge& connections;
    metrics::Gauge& websockets;
    metrics::Counter& refused;

private:
    static constexpr std::array<std::string_view, 8> kMethods{"GET",    "HEAD",    "POST",  "PUT",
                                                              "DELETE", "OPTIONS", "PATCH", "other"};
    static constexpr std::size_t kClasses = 5;

    metrics::Histogram& duration_;
    std::array<std::array<metrics::Counter*, kClasses>, kMethods.size()> requests_;
    bool access_log_;
};

/// A target fit for the log: at most 512 bytes, and without the value of any query parameter `token`.
std::string loggable_target(std::string_view target);

}  // namespace rialto::http
