#pragma once

#include <sys/socket.h>

namespace rialto::http {

/// Whether a connection to it would stay inside: loopback, private, link-local, shared (RFC 6598), multicast and
/// reserved addresses, in IPv6 also those that wrap such an IPv4 address. So is every family but those two.
bool is_local(const sockaddr& address);

}  // namespace rialto::http
