#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <variant>

#include "rialto/base/result.hpp"

/// Structured logging to standard error: one line a record, as text or as JSON.
///
/// The one global of the project: every room may log, and passing a logger to each would hide what they depend on.
/// Writing never blocks the caller: records go through a bounded queue to a thread of its own; when it is full the
/// oldest are dropped. Values are escaped, so that no input can forge a line. Thread-safe; before start(), and after
/// stop(), records are dropped.
namespace rialto::log {

enum class Level { Debug, Info, Warn, Error };
enum class Format { Text, Json };

struct Options {
    Level level = Level::Info;
    Format format = Format::Text;
};

/// A number is written as one; text is quoted where needed.
using Value = std::variant<std::string_view, std::int64_t, double, bool>;

struct Field {
    Field(std::string_view k, std::string_view v) : key{k}, value{v} {}
    Field(std::string_view k, const char* v) : key{k}, value{std::string_view{v}} {}
    Field(std::string_view k, bool v) : key{k}, value{v} {}
    Field(std::string_view k, double v) : key{k}, value{v} {}
    template <class Integer>
        requires std::is_integral_v<Integer>
    Field(std::string_view k, Integer v) : key{k}, value{static_cast<std::int64_t>(v)} {}

    std::string_view key;
    Value value;
};
using Fields = std::initializer_list<Field>;

void start(const Options& options);
void set_level(Level level);

/// Writes out what is queued and ends.
void stop();

void debug(std::string_view message, Fields fields = {});
void info(std::string_view message, Fields fields = {});
void warn(std::string_view message, Fields fields = {});
void error(std::string_view message, Fields fields = {});

/// "debug", "info", "warn" or "error"; "text" or "json". Nothing for any other word.
std::optional<Level> parse_level(std::string_view word);
std::optional<Format> parse_format(std::string_view word);

}  // namespace rialto::log
