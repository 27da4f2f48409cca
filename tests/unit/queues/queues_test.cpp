#include "fixture.hpp"

namespace rialto::queues {
namespace {

struct RegistryTest : QueuesTest {
    Answer<void> create(const std::string& name, Attributes attributes = {}) {
        return run(queues->create(named(name), std::move(attributes), {}));
    }
    Answer<void> set(const std::string& name, Attributes attributes) {
        return run(queues->set_attributes(named(name), std::move(attributes)));
    }
    static std::string policy(const std::string& to, const std::string& most) {
        return R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:)" + to + R"(","maxReceiveCount":)" +
               most + "}";
    }
};

TEST_CASE_METHOD(RegistryTest, "a queue that is there with the same attributes is as good as new", "[queues]") {
    make("orders", {{"DelaySeconds", "5"}});

    CHECK(create("orders", {{"DelaySeconds", "5"}, {"VisibilityTimeout", "30"}}));
    CHECK(create("orders"));
    const auto other = create("orders", {{"DelaySeconds", "6"}});
    CHECK(fault_of(other) == Fault::QueueNameExists);
    CHECK(text_of(other) ==
          "A queue already exists with the same name and a different value for attribute DelaySeconds");
}

TEST_CASE_METHOD(RegistryTest, "names are held to AWS's rules", "[queues]") {
    for (const std::string& name : {std::string{}, std::string{"a b"}, std::string{"a.fifo"}, std::string(81, 'a')})
        CHECK(fault_of(create(name)) == Fault::InvalidParameterValue);
    for (const std::string& name : {std::string{"a"}, std::string{".fifo"}, std::string(76, 'a') + ".fifo"})
        CHECK(fault_of(create(name, {{"FifoQueue", "true"}})) == Fault::InvalidParameterValue);
    CHECK(create(std::string(80, 'a')));
    CHECK(create("a-b_C1.fifo", {{"FifoQueue", "true"}}));
}

TEST_CASE_METHOD(RegistryTest, "attributes are held to AWS's ranges", "[queues]") {
    make("orders");
    for (const auto& [name, value] : Attributes{{"VisibilityTimeout", "43201"},
                                                {"MessageRetentionPeriod", "59"},
                                                {"DelaySeconds", "901"},
                                                {"ReceiveMessageWaitTimeSeconds", "x"},
                                                {"MaximumMessageSize", "1023"},
                                                {"SqsManagedSseEnabled", "yes"}}) {
        INFO(name);
        const auto refused = set("orders", {{name, value}});
        CHECK(fault_of(refused) == Fault::InvalidAttributeValue);
        CHECK(text_of(refused) == "Invalid value for the parameter " + name + ".");
    }
    CHECK(text_of(set("orders", {{"Nonsense", "1"}})) == "Unknown Attribute Nonsense.");
    CHECK(text_of(set("orders", {{"QueueArn", "1"}})) == "Unknown Attribute QueueArn.");
    CHECK(text_of(set("orders", {{"ContentBasedDeduplication", "true"}})) ==
          "Unknown Attribute ContentBasedDeduplication.");
    CHECK(text_of(set("orders", {{"DeduplicationScope", "queue"}})) ==
          "You can specify the DeduplicationScope only when FifoQueue is set to true.");
    CHECK(text_of(set("orders", {{"FifoQueue", "true"}})) ==
          "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.");
    CHECK(attribute("orders", "VisibilityTimeout") == "30");
}

TEST_CASE_METHOD(RegistryTest, "attributes and tags outlive a restart", "[queues]") {
    make("orders", {{"DelaySeconds", "5"}});
    REQUIRE(set("orders", {{"VisibilityTimeout", "7"}, {"Policy", "{}"}}));
    REQUIRE(run(queues->change_tags(named("orders"), {{"a", "1"}, {"b", "2"}}, {})));
    REQUIRE(run(queues->change_tags(named("orders"), {}, {"a"})));

    open();

    CHECK(attribute("orders", "DelaySeconds") == "5");
    CHECK(attribute("orders", "VisibilityTimeout") == "7");
    CHECK(attribute("orders", "QueueArn") == "arn:aws:sqs:us-east-1:000000000000:orders");
    CHECK(attribute("orders", "ContentBasedDeduplication") == "none");
    CHECK(queues->tags(named("orders")).value() == Tags{{"b", "2"}});
    REQUIRE(set("orders", {{"Policy", ""}}));
    CHECK(attribute("orders", "Policy") == "none");
}

TEST_CASE_METHOD(RegistryTest, "changes at the same time do not undo each other", "[queues]") {
    make("orders");
    std::optional<Answer<void>> first;
    std::optional<Answer<void>> second;

    begin(queues->set_attributes(named("orders"), {{"DelaySeconds", "1"}}), first);
    begin(queues->set_attributes(named("orders"), {{"VisibilityTimeout", "2"}}), second);
    until([&] { return first && second; });

    open();
    CHECK(attribute("orders", "DelaySeconds") == "1");
    CHECK(attribute("orders", "VisibilityTimeout") == "2");
}

TEST_CASE_METHOD(RegistryTest, "queues are listed by prefix, in order, account by account", "[queues]") {
    for (const auto* name : {"b", "a2", "a1", "a3"})
        make(name);
    REQUIRE(run(queues->create({"111111111111", "us-east-1", "a4"}, {}, {})));

    CHECK(queues->names("000000000000", "us-east-1", "", "", 10) == Bodies{"a1", "a2", "a3", "b"});
    CHECK(queues->names("000000000000", "us-east-1", "a", "a1", 1) == Bodies{"a2"});
    CHECK(queues->names("000000000000", "us-east-1", "a", "a3", 1).empty());
    CHECK(queues->names("111111111111", "us-east-1", "", "", 10) == Bodies{"a4"});
    CHECK(queues->names("111111111111", "eu-west-1", "", "", 10).empty());
}

TEST_CASE_METHOD(RegistryTest, "a redrive policy is checked, and tells the sources", "[queues]") {
    make("dead");
    make("dead.fifo", {{"FifoQueue", "true"}});
    make("orders", {{"RedrivePolicy", policy("dead", "\"3\"")}});

    CHECK(queues->sources(named("dead")).value() == std::vector{named("orders")});
    const std::string intro = " for parameter RedrivePolicy is invalid. Reason: ";
    const auto reason = [&](const std::string& text) {
        const auto refused = set("orders", {{"RedrivePolicy", text}});
        CHECK(fault_of(refused) == Fault::InvalidParameterValue);
        return text_of(refused).substr(text.size() + 6 + intro.size());
    };
    CHECK(reason(policy("dead", "0")) ==
          "Invalid value for maxReceiveCount: 0, valid values are from 1 to 1000 both inclusive.");
    CHECK(reason(policy("gone", "1")) == "Dead letter target does not exist.");
    CHECK(reason(policy("dead.fifo", "1")) == "Dead-letter queue must be same type of queue as the source.");
    CHECK(reason("{}") == "Amazon SQS can't create the redrive policy, as it's in an unsupported format.");
}

TEST_CASE_METHOD(RegistryTest, "what is not there is told so by every call", "[queues]") {
    const QueueName name = named("gone");
    CHECK(fault_of(queues->exists(name)) == Fault::NoSuchQueue);
    CHECK(fault_of(run(queues->remove(name))) == Fault::NoSuchQueue);
    CHECK(fault_of(run(queues->purge(name))) == Fault::NoSuchQueue);
    CHECK(fault_of(run(queues->attributes(name, {}))) == Fault::NoSuchQueue);
    CHECK(fault_of(set("gone", {})) == Fault::NoSuchQueue);
    CHECK(fault_of(queues->tags(name)) == Fault::NoSuchQueue);
    CHECK(fault_of(run(queues->change_tags(name, {}, {}))) == Fault::NoSuchQueue);
    CHECK(fault_of(queues->sources(name)) == Fault::NoSuchQueue);
    CHECK(fault_of(send("gone", Draft{.body = "x"})) == Fault::NoSuchQueue);
    CHECK(fault_of(run(queues->receive(name, {}))) == Fault::NoSuchQueue);
    CHECK(fault_of(run(queues->remove_messages(name, {}))) == Fault::NoSuchQueue);
    CHECK(fault_of(run(queues->change_visibility(name, {}))) == Fault::NoSuchQueue);
}

TEST_CASE_METHOD(QueuesTest, "a reset removes all queues but those that are kept, which are emptied", "[queues]") {
    make("made");
    make("kept");
    REQUIRE(send("kept", {.body = "x"}));

    REQUIRE(run(queues->reset({named("kept"), named("never")})));

    CHECK_FALSE(queues->exists(named("made")));
    CHECK(queues->exists(named("kept")));
    CHECK(run(queues->receive(named("kept"), {}))->empty());
    open();
    CHECK_FALSE(queues->exists(named("made")));
}

TEST_CASE_METHOD(QueuesTest, "attributes that change nothing leave the time of the last change as it is", "[queues]") {
    make("orders", {{"DelaySeconds", "5"}});
    const std::string made = attribute("orders", "LastModifiedTimestamp");
    timer.advance(10s);

    REQUIRE(run(queues->set_attributes(named("orders"), {{"DelaySeconds", "5"}, {"RedrivePolicy", ""}})));
    CHECK(attribute("orders", "LastModifiedTimestamp") == made);
    REQUIRE(run(queues->set_attributes(named("orders"), {{"DelaySeconds", "6"}})));
    CHECK(attribute("orders", "LastModifiedTimestamp") != made);
}

TEST_CASE_METHOD(QueuesTest, "a dead letter names its source also when that is gone", "[queues]") {
    make("dead");
    make("orders", {{"RedrivePolicy",
                     R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":"1"})"},
                    {"VisibilityTimeout", "0"}});
    send("orders", "a");
    CHECK(bodies("orders") == Bodies{"a"});
    CHECK(bodies("orders").empty());
    REQUIRE(run(queues->remove(named("orders"))));

    CHECK(receive("dead").at(0).system.at("DeadLetterQueueSourceArn") == "arn:aws:sqs:us-east-1:000000000000:orders");
}

}  // namespace
}  // namespace rialto::queues
