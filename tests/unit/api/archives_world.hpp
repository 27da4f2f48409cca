#pragma once

#include <memory>
#include <set>
#include <string>

#include "rialto/targets/archive.hpp"
#include "tests/unit/api/events_world.hpp"

namespace rialto::testing {

/// A world whose archives really keep events, with an archive "a" of the default bus, on which the rule "all" listens.
class ArchivesWorld : public EventsWorld {
public:
    ArchivesWorld() {
        archiver_.real = std::make_unique<rialto::targets::Archive>(store->archives());
        targets.add<model::ArchiveTarget>(archiver_);
        make_listener("all");
        must("CreateArchive", {{"ArchiveName", "a"}, {"EventSourceArn", kBus}});
    }
    ~ArchivesWorld() {
        protocol.reset();
        close_catalog();
        close_bus();
    }

    void restart() {
        protocol.reset();
        close_catalog();
        close_bus();
        archiver_.real.reset();
        open();
        archiver_.real = std::make_unique<rialto::targets::Archive>(store->archives());
        open_bus();
        open_catalog();
    }

    /// Puts events, each with its number as detail.
    void put(int from, int to) {
        constexpr int kAtOnce = 10;
        for (int i = from; i < to; i += kAtOnce) {
            json::Array entries;
            for (int n = i; n < std::min(i + kAtOnce, to); ++n)
                entries.emplace_back(entry("default", R"({"n":)" + std::to_string(n) + "}"));
            must("PutEvents", {{"Entries", entries}});
        }
        settle();
    }

    std::int64_t archived(const std::string& archive = "a") {
        return must("DescribeArchive", {{"ArchiveName", archive}}).find("EventCount")->as_int64().value();
    }

    /// A replay of all that came in the first year.
    static json::Object replay(const std::string& name = "p", json::Value from = kBegin,
                               json::Value to = kBegin + 31'536'000) {
        return {{"ReplayName", name},
                {"EventSourceArn", "arn:aws:events:us-east-1:000000000000:archive/a"},
                {"EventStartTime", std::move(from)},
                {"EventEndTime", std::move(to)},
                {"Destination", json::Object{{"Arn", kBus}}}};
    }
    std::string state(const std::string& replay = "p") {
        return *must("DescribeReplay", {{"ReplayName", replay}}).find("State")->as_string();
    }
    void finish(const std::string& replay = "p") {
        until([&] { return state(replay) == "COMPLETED"; });
        settle();
    }
    /// The numbers of the replayed events that the rule heard, in their order.
    std::string replayed(const std::string& rule = "all") const {
        std::string all;
        for (const json::Value& event : heard(rule))
            if (event.find("replay-name"))
                all += json::write(*event.find("detail")->find("n")) + ' ';
        return all;
    }

    static constexpr std::int64_t kBegin = 1'767'225'600;  ///< When the clock starts.
    static constexpr const char* kBus = "arn:aws:events:us-east-1:000000000000:event-bus/default";

private:
    struct Archiver final : delivery::Target {
        Task<std::vector<delivery::Outcome>> deliver_all(const std::vector<delivery::Attempt>& attempts) override {
            return real->deliver_all(attempts);
        }
        std::unique_ptr<rialto::targets::Archive> real;
    };
    Archiver archiver_;
};

}  // namespace rialto::testing
