#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace rialto::app {

/// What `rialto dlq` is told. It asks a running server for everything.
struct DlqOptions {
    std::string url = "http://127.0.0.1:8080";
    std::map<std::string, std::string> filter;  ///< Parameters of /dead-letters: bus, rule, target, eventId, ...
    bool all = false;
    std::string id;          ///< Of one dead letter; empty: those that the filter means.
    std::int64_t rate = 0;   ///< Redriven a second; 0: at once.
    std::size_t limit = 50;  ///< Listed at most.
    bool json = false;       ///< One line of JSON each, as the server has it.
};

// Each does what its name says, and returns the exit code.
int dlq_list(const DlqOptions& options);
int dlq_show(const DlqOptions& options);
int dlq_redrive(const DlqOptions& options);
int dlq_purge(const DlqOptions& options);

}  // namespace rialto::app
