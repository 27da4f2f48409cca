#include "http/telemetry.hpp"

#include <algorithm>

#include "http/text.hpp"
#include "rialto/base/encoding.hpp"
#include "rialto/base/log.hpp"

namespace rialto::http {
namespace {

constexpr std::size_t kMaxTarget = 512;
constexpr std::size_t kMaxUserAgent = 128;

metrics::Histogram& duration_histogram(metrics::Registry& registry) {
    return registry.histogram("rialto_http_request_duration_seconds",
                              "Time from a request's head to the end of its answer",
                              {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10});
}

bool names_token(std::string_view parameter) {
    const auto name = percent_decode(parameter.substr(0, parameter.find('=')), true);
    return name && equal_ignoring_case(*name, "token");
}

}  // namespace

Telemetry::Telemetry(metrics::Registry& registry, bool access_log)
    : connections{registry.gauge("rialto_http_connections", "Open connections")},
      websockets{registry.gauge("rialto_http_websockets", "Open WebSocket connections")},
      refused{registry.counter("rialto_http_connections_refused_total", "Connections beyond the limit")},
      duration_{duration_histogram(registry)},
      access_log_{access_log} {
    static constexpr std::array<const char*, kClasses> kNames{"1xx", "2xx", "3xx", "4xx", "5xx"};
    for (std::size_t method = 0; method < kMethods.size(); ++method)
        for (std::size_t family = 0; family < kClasses; ++family)
            requests_[method][family] =
                &registry.counter("rialto_http_requests_total", "Answers by method and class of status",
                                  {{"method", std::string{kMethods[method]}}, {"status", kNames[family]}});
}

void Telemetry::record(const Answered& answered) {
    const auto known = std::find(kMethods.begin(), std::prev(kMethods.end()), answered.method);
    const auto family = static_cast<std::size_t>(std::clamp(answered.status / 100, 1, 5) - 1);
    requests_[static_cast<std::size_t>(known - kMethods.begin())][family]->add();
    const double seconds = std::chrono::duration<double>(answered.duration).count();
    duration_.observe(seconds);
    if (!access_log_)
        return;
    log::info("request", {{"method", answered.method.substr(0, 32)},
                          {"target", std::string_view{loggable_target(answered.target)}},
                          {"status", answered.status},
                          {"bytes", answered.bytes},
                          {"duration_ms", seconds * 1000},
                          {"peer", answered.peer},
                          {"id", answered.id},
                          {"user_agent", answered.user_agent.substr(0, kMaxUserAgent)}});
}

std::string loggable_target(std::string_view target) {
    const auto question = target.find('?');
    std::string text{target.substr(0, question)};
    char separator = '?';
    for (auto at = question; at != std::string_view::npos && text.size() < kMaxTarget;) {
        const auto end = target.find('&', at + 1);
        const auto parameter = target.substr(at + 1, end == std::string_view::npos ? end : end - at - 1);
        text += separator;
        text += names_token(parameter) ? "token=-" : parameter;
        separator = '&';
        at = end;
    }
    return text.size() <= kMaxTarget ? text : text.substr(0, kMaxTarget);
}

}  // namespace rialto::http
