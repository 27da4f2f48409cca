#pragma once

#include <optional>
#include <string>

namespace rialto::app {

struct ServeOptions {
    std::string config;    ///< File; empty: the defaults.
    std::string data_dir;  ///< Empty: as configured.
    std::string listen;    ///< ADDR:PORT; empty: as configured.
    bool watch = false;    ///< Reload when the file changes.
};

/// Serves until SIGTERM or SIGINT; SIGHUP reloads the configuration. Returns the exit code.
int serve(const ServeOptions& options);

}  // namespace rialto::app
