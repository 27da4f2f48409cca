#pragma once

namespace rialto::bench {

/// rialto-bench match: how fast the rule engine matches a file of events against a file of rules. Gives the exit code.
int match(int argc, char** argv);

}  // namespace rialto::bench
