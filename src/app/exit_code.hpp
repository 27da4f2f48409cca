#pragma once

namespace rialto::app {

/// What `rialto` exits with; docs/operations.md lists them for operators.
enum ExitCode : int {
    Ok = 0,
    Failed = 1,       ///< check: the file is not valid; match: no match; test: a test failed; healthcheck: not ready;
                      ///< backup, restore, verify, dlq: it could not be done, or the database is damaged.
    Usage = 2,        ///< The command line, or an input of match or test, is wrong.
    BadConfig = 3,    ///< serve: the configuration is not valid.
    BadStorage = 4,   ///< serve: the database cannot be opened.
    CannotListen = 5  ///< serve: the address cannot be listened on.
};

}  // namespace rialto::app
