#include "rialto/base/log.hpp"

#include <pthread.h>
#include <spdlog/async.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <array>
#include <atomic>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>

#include "rialto/base/clock.hpp"
#include "rialto/base/time.hpp"
#include "rialto/base/utf8.hpp"

namespace rialto::log {
namespace {

constexpr std::size_t kQueuedRecords = 8192;
constexpr std::size_t kWrittenAtOnce = 64 << 10;
constexpr std::array<std::string_view, 4> kLevels{"DEBUG", "INFO", "WARN", "ERROR"};

/// Writes to standard error, in one go what waits to be written. Lives on the logging thread.
class Stderr final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
public:
    explicit Stderr(spdlog::details::thread_pool& thread) : thread_{thread} {}
    ~Stderr() override { flush_(); }
    Stderr(const Stderr&) = delete;
    Stderr& operator=(const Stderr&) = delete;

private:
    void sink_it_(const spdlog::details::log_msg& record) override {
        lines_.append(record.payload.data(), record.payload.size());
        lines_ += '\n';
        if (lines_.size() >= kWrittenAtOnce || thread_.queue_size() == 0)
            flush_();
    }
    void flush_() final {
        (void)std::fwrite(lines_.data(), 1, lines_.size(), stderr);  // unbuffered; there is nobody to complain to
        lines_.clear();
    }

    spdlog::details::thread_pool& thread_;
    std::string lines_;
};

/// All of it is set by start() before other threads are made, and reset by stop() after they ended.
struct Sink {
    std::shared_ptr<spdlog::details::thread_pool> thread;
    std::shared_ptr<spdlog::async_logger> logger;
    Format format = Format::Text;
};

Sink& sink() {
    static Sink instance;
    return instance;
}

std::atomic<Level> threshold{Level::Info};

void append_escaped(std::string& line, std::string_view text) {
    static constexpr std::string_view kHex = "0123456789abcdef";
    const bool valid = is_utf8(text);
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            line += {'\\', c};
        } else if (c == '\n') {
            line += "\\n";
        } else if (byte < 0x20 || byte == 0x7f) {
            line += "\\u00";
            line += {kHex[byte >> 4U], kHex[byte & 15U]};
        } else {
            line += byte >= 0x80 && !valid ? '?' : c;
        }
    }
}

void append_quoted(std::string& line, std::string_view text) {
    line += '"';
    append_escaped(line, text);
    line += '"';
}

bool is_bare(std::string_view text) {
    if (text.empty())
        return false;
    for (const char c : text)
        if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f || c == '"' || c == '=' ||
            c == '\\')
            return false;
    return true;
}

void append_number(std::string& line, double value) {
    std::array<char, 32> text{};
    const auto end =
        std::to_chars(text.begin(), text.end(), std::isfinite(value) ? value : 0.0, std::chars_format::general, 6).ptr;
    line.append(text.begin(), end);
}

void append_value(std::string& line, const Value& value, Format format) {
    if (const auto* text = std::get_if<std::string_view>(&value)) {
        if (format == Format::Text && is_bare(*text))
            line += *text;
        else
            append_quoted(line, *text);
    } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        line += std::to_string(*integer);
    } else if (const auto* real = std::get_if<double>(&value)) {
        append_number(line, *real);
    } else {
        line += std::get<bool>(value) ? "true" : "false";
    }
}

std::string text_line(std::string_view level, std::string_view message, Fields fields) {
    std::string line = to_rfc3339(SystemClock{}.now());
    line += ' ';
    line += level;
    line += ' ';
    append_escaped(line, message);
    for (const Field& field : fields) {
        line += ' ';
        line += field.key;
        line += '=';
        append_value(line, field.value, Format::Text);
    }
    return line;
}

std::string json_line(std::string_view level, std::string_view message, Fields fields) {
    std::string line = R"({"time":")" + to_rfc3339(SystemClock{}.now()) + R"(","level":")";
    line += level;
    line += R"(","message":)";
    append_quoted(line, message);
    for (const Field& field : fields) {
        line += ',';
        append_quoted(line, field.key);
        line += ':';
        append_value(line, field.value, Format::Json);
    }
    line += '}';
    return line;
}

void write(Level level, std::string_view message, Fields fields) {
    if (level < threshold.load(std::memory_order_relaxed) || !sink().logger)
        return;
    const auto name = kLevels.at(static_cast<std::size_t>(level));
    const std::string line =
        sink().format == Format::Json ? json_line(name, message, fields) : text_line(name, message, fields);
    sink().logger->log(spdlog::level::critical, spdlog::string_view_t{line});
}

}  // namespace

void start(const Options& options) {
    set_level(options.level);
    sink().format = options.format;
    const auto name_thread = [] { pthread_setname_np(pthread_self(), "log"); };
    sink().thread = std::make_shared<spdlog::details::thread_pool>(kQueuedRecords, 1, name_thread);
    sink().logger =
        std::make_shared<spdlog::async_logger>("rialto", std::make_shared<Stderr>(*sink().thread), sink().thread,
                                               spdlog::async_overflow_policy::overrun_oldest);
}

void set_level(Level level) { threshold = level; }

void stop() {
    sink().thread.reset();  // its destructor writes what is queued, and has the thread end before what it used
    sink().logger.reset();
}

void debug(std::string_view message, Fields fields) { write(Level::Debug, message, fields); }
void info(std::string_view message, Fields fields) { write(Level::Info, message, fields); }
void warn(std::string_view message, Fields fields) { write(Level::Warn, message, fields); }
void error(std::string_view message, Fields fields) { write(Level::Error, message, fields); }

std::optional<Level> parse_level(std::string_view word) {
    static constexpr std::array<std::string_view, 4> kWords{"debug", "info", "warn", "error"};
    for (std::size_t i = 0; i < kWords.size(); ++i)
        if (kWords.at(i) == word)
            return static_cast<Level>(i);
    return std::nullopt;
}

std::optional<Format> parse_format(std::string_view word) {
    if (word == "text")
        return Format::Text;
    if (word == "json")
        return Format::Json;
    return std::nullopt;
}

}  // namespace rialto::log
