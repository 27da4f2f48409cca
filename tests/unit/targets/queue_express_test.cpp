#include "rialto/targets/queue_express.hpp"

#include "tests/support/bus_world.hpp"

namespace rialto::targets {
namespace {

struct QueueExpressTest : testing::BusWorld {
    QueueExpressTest() {
        REQUIRE(run(queues.start()));
        REQUIRE(run(queues.create(kQueue, {}, {})));
        bus->use(express);
        model::Rule to_queue = testing::rule("q", kAny);
        to_queue.targets[0].kind = model::QueueTarget{queues::arn_of(kQueue), ""};
        apply({{"default", {to_queue}}});
    }
    ~QueueExpressTest() { close_bus(); }

    std::vector<queues::Message> received() { return run(queues.receive(kQueue, {.most = 10})).value(); }

    const queues::QueueName kQueue{"000000000000", "us-east-1", "orders"};
    queues::Queues queues{store->queues(), clock, timer, random};
    QueueExpress express{queues};
};

TEST_CASE_METHOD(QueueExpressTest, "an event goes straight into its queue", "[queue]") {
    const model::Event event = bus->make_event("s", "t", "{}");

    REQUIRE(run(bus->put("default", event)));

    const auto messages = received();
    REQUIRE(messages.size() == 1);
    CHECK(messages[0].body == model::to_json(event));
    CHECK(messages[0].system.at("SenderId") == "events.amazonaws.com");
    CHECK_FALSE(messages[0].system.contains("AWSTraceHeader"));
    CHECK(metrics.text().find("rialto_bus_direct_messages_total 1") != std::string::npos);
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(QueueExpressTest, "a trace header goes with it", "[queue]") {
    model::Event event = bus->make_event("s", "t", "{}");
    event.trace_header = "Root=1";

    REQUIRE(run(bus->put("default", event)));

    CHECK(received().at(0).system.at("AWSTraceHeader") == "Root=1");
}

TEST_CASE_METHOD(QueueExpressTest, "a queue that is not there is left to the delivery", "[queue]") {
    CHECK_FALSE(express.message("arn:aws:sqs:us-east-1:000000000000:gone", "{}", ""));
    CHECK_FALSE(express.message("no arn", "{}", ""));
}

}  // namespace
}  // namespace rialto::targets
