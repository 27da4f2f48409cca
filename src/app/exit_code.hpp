#pragma once

namespace rialto::app {

/// What `rialto` exits with; docs/operations.md lists them for operators.
enum ExitCode : int {
    kOk = 0,
    kFailed = 1,       ///< check: the file is not valid; match: no match; test: a test failed; healthcheck: not ready.
    kUsage = 2,        ///< The command line, or an input of match or test, is wrong.
    kBadConfig = 3,    ///< serve: the configuration is not valid.
    kBadStorage = 4,   ///< serve: the database cannot be opened.
    kCannotListen = 5  ///< serve: the address cannot be listened on.
};

}  // namespace rialto::app
