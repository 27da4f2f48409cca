#include "rialto/base/log.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <limits>
#include <string>
#include <utility>

using namespace rialto;

namespace {

/// What is written to standard error from its making until read().
class CapturedStderr {
public:
    CapturedStderr() : file_{std::tmpfile()}, saved_{dup(STDERR_FILENO)} { dup2(fileno(file_), STDERR_FILENO); }
    ~CapturedStderr() {
        restore();
        std::fclose(file_);
    }
    CapturedStderr(const CapturedStderr&) = delete;
    CapturedStderr& operator=(const CapturedStderr&) = delete;

    std::string read() {
        restore();
        std::string text(65536, '\0');
        const auto size = pread(fileno(file_), text.data(), text.size(), 0);
        text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
        return text;
    }

private:
    void restore() {
        if (saved_ < 0)
            return;
        dup2(saved_, STDERR_FILENO);
        close(std::exchange(saved_, -1));
    }

    std::FILE* file_;
    int saved_;
};

template <class Write>
std::string logged(const log::Options& options, Write write) {
    CapturedStderr captured;
    log::start(options);
    write();
    log::stop();
    return captured.read();
}

constexpr std::size_t kTime = std::string_view{"2026-01-31T08:15:30.125Z "}.size();

}  // namespace

TEST_CASE("a text record is one line with its fields, quoted where needed", "[base][log]") {
    const auto text = logged({}, [] {
        log::warn(
            "disk is \"slow\"\nFORGED",
            {{"path", "/data"}, {"why", "a b=\"c\"\n"}, {"empty", ""}, {"tries", 3}, {"wait", 0.5}, {"ok", false}});
    });

    CHECK(text.substr(kTime) ==
          "WARN disk is \\\"slow\\\"\\nFORGED path=/data why=\"a b=\\\"c\\\"\\n\" empty=\"\" tries=3 wait=0.5 "
          "ok=false\n");
}

TEST_CASE("a JSON record is one object a line", "[base][log]") {
    const auto text = logged({.format = log::Format::Json}, [] {
        log::error("no \x01\x1b[31m", {{"bytes", "\xff\"\\"}, {"count", std::numeric_limits<std::int64_t>::max()}});
    });

    CHECK_THAT(text, Catch::StartsWith(R"({"time":"2)"));
    CHECK_THAT(text,
               Catch::EndsWith(
                   R"(,"level":"ERROR","message":"no \u0001\u001b[31m","bytes":"?\"\\","count":9223372036854775807})"
                   "\n"));
}

TEST_CASE("records below the level are dropped, and so are those outside start and stop", "[base][log]") {
    log::error("before");
    const auto text = logged({.level = log::Level::Warn}, [] {
        log::info("dropped");
        log::warn("kept");
        log::set_level(log::Level::Debug);
        log::debug("kept too");
    });
    log::error("after");

    CHECK_THAT(text, Catch::Contains("WARN kept\n") && Catch::Contains("DEBUG kept too\n"));
    CHECK_THAT(text, !Catch::Contains("dropped") && !Catch::Contains("before"));
}

TEST_CASE("words of the configuration name levels and formats", "[base][log]") {
    CHECK(log::parse_level("debug") == log::Level::Debug);
    CHECK(log::parse_level("error") == log::Level::Error);
    CHECK_FALSE(log::parse_level("ERROR"));
    CHECK(log::parse_format("json") == log::Format::Json);
    CHECK(log::parse_format("text") == log::Format::Text);
    CHECK_FALSE(log::parse_format(""));
}
