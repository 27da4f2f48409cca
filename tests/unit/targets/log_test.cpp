#include "rialto/targets/log.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "tests/support/full_disk.hpp"
#include "tests/support/world.hpp"

namespace rialto::targets {
namespace {

struct LogTest : testing::World {
    delivery::Outcome deliver(const std::string& payload, const std::string& name = "events") {
        delivery::Attempt attempt{};
        attempt.payload = payload;
        attempt.target = model::LogTarget{name};
        return run(log.deliver(attempt));
    }
    std::string read(const std::string& name) const {
        std::ostringstream text;
        text << std::ifstream{logs / name}.rdbuf();
        return text.str();
    }

    std::filesystem::path logs = directory.path / "logs";
    Log log{logs, clock};
};

TEST_CASE_METHOD(LogTest, "each event is a line with its time", "[log]") {
    const std::string now = std::to_string(clock.now().time_since_epoch().count());
    CHECK(std::holds_alternative<delivery::Delivered>(deliver(R"({"a": 1})")));
    deliver("plain \"text\"\nof two lines");

    CHECK(read("events.ndjson") == R"({"timestamp":)" + now + R"(,"message":{"a":1}})" + "\n" + R"({"timestamp":)" +
                                       now + R"(,"message":"plain \"text\"\nof two lines"})" + "\n");
}

TEST_CASE_METHOD(LogTest, "each name is a file of its own", "[log]") {
    deliver("1", "one");
    deliver("2", "two");
    CHECK(read("one.ndjson").ends_with(":1}\n"));
    CHECK(read("two.ndjson").ends_with(":2}\n"));
}

TEST_CASE_METHOD(LogTest, "a file that is full makes room and takes the place of the one before", "[log]") {
    std::filesystem::create_directories(logs);
    std::ofstream{logs / "events.ndjson.1"} << "older";
    std::ofstream{logs / "events.ndjson"} << "old";
    std::filesystem::resize_file(logs / "events.ndjson", 64 << 20);

    deliver("1");

    CHECK(read("events.ndjson").ends_with(":1}\n"));
    CHECK(read("events.ndjson").size() < 100);
    CHECK(std::filesystem::file_size(logs / "events.ndjson.1") == 64 << 20);
}

TEST_CASE_METHOD(LogTest, "a line that a crash cut off does not take the next with it", "[log]") {
    std::filesystem::create_directories(logs);
    std::ofstream{logs / "events.ndjson"} << R"({"timestamp":1,"mess)";

    deliver("1");
    deliver("2");

    const std::string text = read("events.ndjson");
    CHECK(std::ranges::count(text, '\n') == 3);
    CHECK(text.starts_with("{\"timestamp\":1,\"mess\n{"));
    CHECK(text.ends_with(":2}\n"));
}

TEST_CASE_METHOD(LogTest, "a place that cannot be written may be tried again", "[log]") {
    std::ofstream{logs} << "a file where the directory should be";
    const auto outcome = deliver("1");
    REQUIRE(std::holds_alternative<delivery::Failed>(outcome));
    CHECK_FALSE(std::get<delivery::Failed>(outcome).final);

    std::filesystem::remove(logs);
    CHECK(std::holds_alternative<delivery::Delivered>(deliver("1")));
}

TEST_CASE_METHOD(LogTest, "a full disk leaves no half line, and may have room again", "[log]") {
    deliver("1");
    const std::string before = read("events.ndjson");
    {
        const testing::FullDisk full{before.size() + 10};
        const auto outcome = deliver("2");
        REQUIRE(std::holds_alternative<delivery::Failed>(outcome));
        CHECK_FALSE(std::get<delivery::Failed>(outcome).final);
    }
    CHECK(read("events.ndjson") == before);
    CHECK(std::holds_alternative<delivery::Delivered>(deliver("3")));
    CHECK(std::ranges::count(read("events.ndjson"), '\n') == 2);
}

}  // namespace
}  // namespace rialto::targets
