#pragma once

#include <chrono>
#include <string>

#include "rialto/base/result.hpp"

namespace rialto::http {

struct Fetched {
    int status = 0;
    std::string body;
};

/// One GET, by libcurl. Blocks the calling thread for at most `timeout`: not for I/O threads. Follows no redirect.
/// `insecure` skips the check of the server's certificate, for a health check on a loopback address.
Result<Fetched> fetch(const std::string& url, std::chrono::milliseconds timeout, bool insecure = false);

}  // namespace rialto::http
