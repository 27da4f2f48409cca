#pragma once

#include "rialto/async/task.hpp"

namespace rialto {

/// From here on the calling coroutine ends in its own time when it is cancelled: waits end early, and nothing is
/// thrown.
Task<> notice_cancellation();

/// Whether the calling coroutine was cancelled.
Task<bool> is_cancelled();

}  // namespace rialto
