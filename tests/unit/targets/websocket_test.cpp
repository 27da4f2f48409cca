#include "rialto/targets/websocket.hpp"

#include "tests/support/world.hpp"

namespace rialto::targets {
namespace {

struct WebSocketTest : testing::World {
    ~WebSocketTest() { run(channels.stop()); }

    static delivery::Attempt attempt(const std::string& event, const std::string& payload = "{}",
                                     const std::string& channel = "posts") {
        delivery::Attempt made{};
        made.event_id = event;
        made.rule = "rule";
        made.payload = payload;
        made.target = model::WebSocketTarget{channel};
        return made;
    }

    std::vector<delivery::Outcome> deliver(const std::vector<delivery::Attempt>& attempts) {
        return run(target.deliver_all(attempts));
    }

    std::vector<std::string> history() {
        std::vector<std::string> payloads;
        for (const auto& entry : run(store->channels().read("posts", 0, 100)).value())
            payloads.push_back(entry.payload);
        return payloads;
    }

    channels::Channels channels{loop.get_executor(), store->channels(), clock, {}, metrics};
    WebSocket target{channels};
};

TEST_CASE_METHOD(WebSocketTest, "events are published in their order, each with an outcome of its own", "[websocket]") {
    const auto outcomes = deliver({attempt("a", "1"), attempt("b", "{"), attempt("c", "3"), attempt("a", "1")});

    REQUIRE(outcomes.size() == 4);
    CHECK(std::holds_alternative<delivery::Delivered>(outcomes[0]));
    CHECK(std::get<delivery::Failed>(outcomes[1]).final);
    CHECK(std::holds_alternative<delivery::Delivered>(outcomes[2]));
    CHECK(std::holds_alternative<delivery::Delivered>(outcomes[3]));
    CHECK(history() == std::vector<std::string>{"1", "3"});
}

TEST_CASE_METHOD(WebSocketTest, "a channel that cannot be fails all that is for it", "[websocket]") {
    for (const auto& outcome : deliver({attempt("a", "1", "no name"), attempt("b", "2", "no name")}))
        CHECK(std::get<delivery::Failed>(outcome).final);
}

}  // namespace
}  // namespace rialto::targets
