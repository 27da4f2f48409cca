#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace rialto {

namespace asio = boost::asio;

/// A lazily started coroutine; `co_await` it once.
template <class T = void>
using Task = asio::awaitable<T>;

/// Completion token for every I/O call: the error comes back as a value, nothing is thrown.
inline constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);

}  // namespace rialto
