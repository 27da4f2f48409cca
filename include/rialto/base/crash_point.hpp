#pragma once

namespace rialto {

/// A line at which tests/crash kills the server, to see what the next start makes of what it finds.
///
/// Built with RIALTO_CRASH_POINTS, the process sends itself SIGKILL here if the directory that the environment variable
/// of the same name points to holds a file called `name`. Built without, as every release is, this is nothing.
#ifdef RIALTO_CRASH_POINTS
void crash_point(const char* name);
#else
constexpr void crash_point(const char* /*name*/) {}
#endif

}  // namespace rialto
