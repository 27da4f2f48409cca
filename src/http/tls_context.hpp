#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

#include "rialto/async/task.hpp"
#include "rialto/base/result.hpp"

namespace rialto::http {

/// A server's context: TLS 1.2 and later, ALPN "http/1.1". InvalidArgument names the file that cannot be used and why.
Result<std::shared_ptr<asio::ssl::context>> load_tls(const std::string& certificate, const std::string& key);

}  // namespace rialto::http
