#pragma once

namespace rialto::app {

/// What `rialto` exits with; docs/operations.md lists them for operators.
constexpr int kOk = 0;
constexpr int kFailed = 1;        ///< check: not valid; match: no match; test: a test failed; healthcheck: not ready.
constexpr int kUsage = 2;         ///< The command line, or an input of match or test, is wrong.
constexpr int kBadConfig = 3;     ///< serve: the configuration is not valid.
constexpr int kBadStorage = 4;    ///< serve: the database cannot be opened.
constexpr int kCannotListen = 5;  ///< serve: the address cannot be listened on.

}  // namespace rialto::app
