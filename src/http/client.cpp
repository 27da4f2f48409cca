#include "rialto/http/client.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <memory>

namespace rialto::http {
namespace {

constexpr std::size_t kMaxBody = 1 << 20;

using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

// curl_global_init is not thread-safe; a function's static is.
bool curl_is_ready() {
    static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    return ready;
}

std::size_t append(char* data, std::size_t, std::size_t size, void* target) {
    auto& body = *static_cast<std::string*>(target);
    if (body.size() + size > kMaxBody)
        return 0;  // Makes curl fail with CURLE_WRITE_ERROR.
    body.append(data, size);
    return size;
}

Errc to_errc(CURLcode code) {
    switch (code) {
        case CURLE_OPERATION_TIMEDOUT:
            return Errc::TimedOut;
        case CURLE_URL_MALFORMAT:
        case CURLE_UNSUPPORTED_PROTOCOL:
            return Errc::InvalidArgument;
        case CURLE_WRITE_ERROR:
            return Errc::LimitExceeded;
        default:
            return Errc::Unavailable;
    }
}

void configure(CURL* curl, const std::string& url, std::chrono::milliseconds timeout, bool insecure,
               std::string& body) {
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS,
                     static_cast<long>(std::max(timeout.count(), std::chrono::milliseconds::rep{1})));
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, insecure ? 0L : 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, insecure ? 0L : 2L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
}

}  // namespace

Result<Fetched> fetch(const std::string& url, std::chrono::milliseconds timeout, bool insecure) {
    const Handle curl{curl_is_ready() ? curl_easy_init() : nullptr, curl_easy_cleanup};
    if (!curl)
        return Error{Errc::Internal, "libcurl cannot be initialised"};
    Fetched fetched;
    configure(curl.get(), url, timeout, insecure, fetched.body);
    const CURLcode code = curl_easy_perform(curl.get());
    if (code == CURLE_WRITE_ERROR)
        return Error{Errc::LimitExceeded, url + " answers with more than 1 MiB"};
    if (code != CURLE_OK)
        return Error{to_errc(code), url + ": " + curl_easy_strerror(code)};
    long status = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    fetched.status = static_cast<int>(status);
    return fetched;
}

}  // namespace rialto::http
