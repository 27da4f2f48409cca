#include "rialto/http/date.hpp"

#include <curl/curl.h>

namespace rialto::http {

std::optional<TimePoint> from_http_date(const std::string& text) {
    const std::time_t seconds = curl_getdate(text.c_str(), nullptr);
    if (seconds < 0)
        return std::nullopt;
    return TimePoint{std::chrono::seconds{seconds}};
}

}  // namespace rialto::http
