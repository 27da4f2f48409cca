#pragma once

namespace rialto::bench {

/// rialto-bench parse: how fast JSON is read, and what RapidJSON's reader takes for the same. Gives the exit code.
int parse(int argc, char** argv);

}  // namespace rialto::bench
