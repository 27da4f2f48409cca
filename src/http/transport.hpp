#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "http/any_stream.hpp"

namespace rialto::http {

std::unique_ptr<Transport> make_tcp(asio::ip::tcp::socket socket);

/// Keeps `context` alive as long as the connection.
std::unique_ptr<Transport> make_tls(asio::ip::tcp::socket socket, std::shared_ptr<asio::ssl::context> context);

}  // namespace rialto::http
