#pragma once

#include <string>

/// The commands that are not `serve`. Each returns the exit code.
namespace rialto::app {

/// What `match` prints: whether it does, or why, for people or for programs.
enum class MatchReport { Verdict, Text, Json };

int check(const std::string& file);
int match(const std::string& pattern_file, const std::string& event_file, MatchReport report);
int test_rules(const std::string& file);
int entities(bool conll);
/// Where the server's data is: as the file says it, unless `data_dir` is given.
struct DataOptions {
    std::string config;
    std::string data_dir;
};
int backup(const DataOptions& options, const std::string& file);
int restore(const DataOptions& options, const std::string& file);
/// Of the server's database, unless `file` names another.
int verify(const DataOptions& options, const std::string& file);
int healthcheck(const std::string& url);
int version();

}  // namespace rialto::app
