#include "rialto/targets/queue.hpp"

#include "tests/support/world.hpp"

namespace rialto::targets {
namespace {

constexpr const char* kOrders = "arn:aws:sqs:us-east-1:000000000000:orders";
constexpr const char* kDead = "arn:aws:sqs:us-east-1:000000000000:dead";

struct QueueTargetTest : testing::World {
    QueueTargetTest() {
        targets.add<model::QueueTarget>(target);
        targets.add<model::LogTarget>(fake);
        REQUIRE(run(queues.start()));
        make("orders");
        make("dead");
    }
    ~QueueTargetTest() { close(); }

    static queues::QueueName named(const std::string& name) { return {"000000000000", "us-east-1", name}; }
    void make(const std::string& name, queues::Attributes attributes = {}) {
        REQUIRE(run(queues.create(named(name), std::move(attributes), {})));
    }
    std::vector<queues::Message> receive(const std::string& name) {
        return run(queues.receive(named(name), {.most = 10})).value();
    }
    static model::Target to_queue(const std::string& arn, const std::string& group = "") {
        model::Target made = testing::log_target("q");
        made.kind = model::QueueTarget{arn, group};
        return made;
    }

    testing::FakeTarget fake;
    queues::Queues queues{store->queues(), clock, timer, random};
    Queue target{queues};
};

TEST_CASE_METHOD(QueueTargetTest, "an event is a message, whose write ends the delivery", "[queue]") {
    const auto to_orders = to_queue(kOrders);
    keep({to_orders});

    for (const auto* id : {"a", "b", "c"})
        put(id, to_orders);

    const auto messages = receive("orders");
    REQUIRE(messages.size() == 3);
    CHECK(messages[0].body == R"({"id":"a","detail":{"topic":"travel"}})");
    CHECK(messages[0].attributes.empty());
    CHECK(owed() == 0);
    CHECK(store->flaky_deliveries.finished == 0);
}

TEST_CASE_METHOD(QueueTargetTest, "a trace header that no queue takes is left out, and the event comes", "[queue]") {
    const auto to_orders = to_queue(kOrders);
    keep({to_orders});
    auto traced = event("a", to_orders);
    traced.trace_header = GENERATE(as<std::string>{}, "\x01", std::string(501, 'x'));
    append({traced});
    dispatcher->dispatch({traced});
    settle();

    const auto messages = receive("orders");
    REQUIRE(messages.size() == 1);
    CHECK_FALSE(messages[0].system.contains("AWSTraceHeader"));
}

TEST_CASE_METHOD(QueueTargetTest, "a message has the trace header of its event, dead or alive", "[queue]") {
    auto to_orders = to_queue(kOrders);
    auto lost = to_queue("arn:aws:sqs:us-east-1:000000000000:gone");
    lost.dead_letter = model::QueueTarget{kDead, ""};
    keep({to_orders, lost});
    auto traced = event("a", std::vector{to_orders, lost});
    traced.trace_header = "Root=1";
    append({traced});

    dispatcher->dispatch({traced});
    until([this] { return owed() == 0; });

    for (const auto* queue : {"orders", "dead"}) {
        CAPTURE(queue);
        const auto messages = receive(queue);
        REQUIRE(messages.size() == 1);
        CHECK(messages[0].system.at("AWSTraceHeader") == "Root=1");
    }
}

TEST_CASE_METHOD(QueueTargetTest, "deliveries that come at once are all written", "[queue]") {
    const auto to_orders = to_queue(kOrders);
    keep({to_orders});
    storage::Outbox outbox;
    for (int i = 0; i < 30; ++i)
        outbox.push_back(event(std::to_string(i), to_orders));
    append(outbox);

    dispatcher->dispatch(std::move(outbox));
    until([this] { return owed() == 0; });

    CHECK(run(queues.attributes(named("orders"), {"All"})).value().at("ApproximateNumberOfMessages") == "30");
}

TEST_CASE_METHOD(QueueTargetTest, "in a FIFO queue an event has its group and comes once", "[queue]") {
    make("o.fifo", {{"FifoQueue", "true"}});
    const auto to_fifo = to_queue("arn:aws:sqs:us-east-1:000000000000:o.fifo", "shop");
    keep({to_fifo});

    put("a", to_fifo);
    put("a", to_fifo);

    const auto messages = receive("o.fifo");
    REQUIRE(messages.size() == 1);
    CHECK(messages[0].system.at("MessageGroupId") == "shop");
    CHECK(messages[0].system.at("MessageDeduplicationId").size() == 64);
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(QueueTargetTest, "all that becomes of an event is told apart in a FIFO queue", "[queue]") {
    constexpr const char* kFifo = "arn:aws:sqs:us-east-1:000000000000:o.fifo";
    make("o.fifo", {{"FifoQueue", "true"}});
    const auto as_it_is = to_queue(kFifo, "shop");
    auto shaped = as_it_is;
    shaped.input = model::ConstantInput{R"({"shaped":true})"};
    auto refused = testing::log_target("t");
    refused.dead_letter = model::QueueTarget{kFifo, "shop"};
    auto also_refused = refused;
    also_refused.id = "u";
    also_refused.kind = model::LogTarget{"other"};
    fake.answer = [](const delivery::Attempt&) {
        return delivery::Failed{.error = {Errc::Rejected, "no"}, .final = true};
    };
    const std::vector<model::Target> all{as_it_is, shaped, refused, also_refused};
    keep(all);
    keep({as_it_is}, "arn:aws:events:us-east-1:0:rule/another");

    for (const auto& target : all)
        put("a", target);
    put("a", as_it_is, "arn:aws:events:us-east-1:0:rule/another");

    CHECK(receive("o.fifo").size() == 5);
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(QueueTargetTest, "a queue that is not there ends the delivery in AWS's words", "[queue]") {
    const auto lost = to_queue("arn:aws:sqs:us-east-1:000000000000:gone");
    keep({lost});

    put("a", lost);

    const auto letters = dead_letters();
    REQUIRE(letters.size() == 1);
    CHECK(letters[0].error_code == "NO_RESOURCE");
    CHECK(letters[0].attempts == 1);
    CHECK(letters[0].error_message.starts_with(
        "The specified queue does not exist or you do not have access to it. (Service: AmazonSQS; Status Code: 400; "
        "Error Code: AWS.SimpleQueueService.NonExistentQueue; Request ID: "));
}

TEST_CASE_METHOD(QueueTargetTest, "a message that the queue does not take is given up", "[queue]") {
    make("small", {{"MaximumMessageSize", "1024"}});
    auto to_small = to_queue("arn:aws:sqs:us-east-1:000000000000:small");
    to_small.input = model::ConstantInput{'"' + std::string(2'000, 'x') + '"'};
    keep({to_small});

    put("a", to_small);

    REQUIRE(dead_letters().size() == 1);
    CHECK(dead_letters()[0].error_code == "INVALID_PARAMETER");
}

TEST_CASE_METHOD(QueueTargetTest, "a dead letter tells why it is one", "[queue]") {
    auto refused = testing::log_target("t");
    refused.dead_letter = model::QueueTarget{kDead, ""};
    refused.input = model::ConstantInput{R"({"shaped":true})"};
    keep({refused});
    fake.answer = [](const delivery::Attempt&) {
        return delivery::Failed{.error = {Errc::Rejected, "no"}, .final = true};
    };

    put("a", refused);

    const auto messages = receive("dead");
    REQUIRE(messages.size() == 1);
    CHECK(messages[0].body == R"({"shaped":true})");
    CHECK(messages[0].attributes ==
          queues::MessageAttributes{{"RULE_ARN", {"String", kRule}},
                                    {"TARGET_ARN", {"String", "arn:aws:logs:us-east-1:0:log-group:events"}},
                                    {"ERROR_CODE", {"String", "ERROR_FROM_TARGET"}},
                                    {"ERROR_MESSAGE", {"String", "no"}}});
    CHECK(dead_letters().empty());
    CHECK(owed() == 0);
}

TEST_CASE_METHOD(QueueTargetTest, "a dead letter of what did not come out as JSON holds what did", "[queue]") {
    auto broken = to_queue(kOrders);
    broken.dead_letter = model::QueueTarget{kDead, ""};
    broken.input = model::TransformedInput{{{"d", model::Path::parse("$.detail").value()}}, R"({"d": "<d>"})"};
    keep({broken});

    put("a", broken);

    const auto messages = receive("dead");
    REQUIRE(messages.size() == 1);
    CHECK(messages[0].body == R"({"d": "{"topic":"travel"}"})");
    CHECK(messages[0].attributes.at("ERROR_CODE").value == "INVALID_JSON");
    CHECK(messages[0].attributes.at("ERROR_MESSAGE").value == "Invalid input for target.");
}

TEST_CASE_METHOD(QueueTargetTest, "a dead letter tells how often it was tried again", "[queue]") {
    auto refused = testing::log_target("t");
    refused.dead_letter = model::QueueTarget{kDead, ""};
    refused.retry.max_retries = 1;
    keep({refused});
    start();
    fake.answer = [](const delivery::Attempt&) { return delivery::failed({Errc::Unavailable, "busy"}); };

    put("a", refused);
    pass(1min);
    until([this] { return owed() == 0; });

    const auto messages = receive("dead");
    REQUIRE(messages.size() == 1);
    CHECK(messages[0].attributes.at("RETRY_ATTEMPTS").value == "1");
    CHECK(messages[0].attributes.at("EXHAUSTED_RETRY_CONDITION").value == "MaximumRetryAttempts");
}

TEST_CASE_METHOD(QueueTargetTest, "a dead letter whose queue is gone goes to the built-in store", "[queue]") {
    auto refused = testing::log_target("t");
    refused.dead_letter = model::QueueTarget{"arn:aws:sqs:us-east-1:000000000000:gone", ""};
    keep({refused});
    fake.answer = [](const delivery::Attempt&) {
        return delivery::Failed{.error = {Errc::Rejected, "no"}, .final = true};
    };

    put("a", refused);

    REQUIRE(dead_letters().size() == 1);
    CHECK(dead_letters()[0].error_message == "no");
}

}  // namespace
}  // namespace rialto::targets
