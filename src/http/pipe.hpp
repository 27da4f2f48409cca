#pragma once

#include <memory>
#include <string>

#include "http/any_stream.hpp"

namespace rialto::http {

/// What the peer at the other end of a make_pipe() received. Used on the pipe's executor only.
struct PipeOutput {
    std::string bytes;
    bool shut_down = false;
};

/// A connection in memory, for tests and fuzzing: the server reads `input`, at most `piece` bytes at a time, and then
/// the end of the stream; what it writes goes to `output`.
std::unique_ptr<Transport> make_pipe(asio::any_io_executor executor, std::string input, std::size_t piece,
                                     std::shared_ptr<PipeOutput> output);

}  // namespace rialto::http
