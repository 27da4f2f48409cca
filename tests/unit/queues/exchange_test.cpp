#include <algorithm>

#include "fixture.hpp"
#include "tests/support/batch.hpp"

namespace rialto::queues {
namespace {

Draft in_group(const std::string& body, const std::string& group) { return {.body = body, .group = group}; }

TEST_CASE_METHOD(QueuesTest, "a message comes as it was sent", "[queues]") {
    make("orders");
    Draft draft{.body = "Grüße", .sender = "000000000000"};
    draft.attributes = {{"n", {"Number.int", "1"}}, {"b", {"Binary", std::string{"\0\xFF", 2}}}};
    draft.system = {{"AWSTraceHeader", {"String", "Root=1"}}};

    const auto sent = send("orders", draft);
    const auto received = receive("orders");

    REQUIRE(received.size() == 1);
    const Message& message = received[0];
    CHECK(message.id == sent->id);
    CHECK(message.body == "Grüße");
    CHECK(message.attributes == draft.attributes);
    CHECK(message.system.at("SenderId") == "000000000000");
    CHECK(message.system.at("AWSTraceHeader") == "Root=1");
    CHECK(message.system.at("ApproximateReceiveCount") == "1");
    CHECK(message.system.at("SentTimestamp") == std::to_string(clock.now().time_since_epoch().count()));
    CHECK_FALSE(sent->sequence);
}

TEST_CASE("digests are those that clients compute", "[queues]") {
    CHECK(digest_of("test") == "098f6bcd4621d373cade4e832627b4f6");
    CHECK(digest_of(MessageAttributes{{"attr1", {"Number", "19.12"}}}) == "1f07082409022a373fa2a2601f82b3cb");
    CHECK(digest_of(MessageAttributes{{"attr2", {"Number", "109.12"}}, {"attr1", {"Number", "99.12"}}}) ==
          "9b720b3af309c1c4b0d395c53b08c502");
}

TEST_CASE_METHOD(QueuesTest, "what a queue does not take is refused in AWS's words", "[queues]") {
    make("orders", {{"MaximumMessageSize", "1024"}});
    const auto reason = [this](Draft draft) { return text_of(send("orders", std::move(draft))); };

    CHECK(reason({.body = ""}) == "The request must contain the parameter MessageBody.");
    CHECK(reason({.body = std::string(1'025, 'x')}) ==
          "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.");
    CHECK(fault_of(send("orders", {.body = "\x01"})) == Fault::InvalidMessageContents);
    CHECK(reason({.body = "x", .delay = 901}).ends_with("DelaySeconds must be >= 0 and <= 900."));
    CHECK(reason({.body = "x", .attributes = {{"a", {"String", ""}}}}) ==
          "Message (user) attribute 'a' must contain a non-empty value of type 'String'.");
    CHECK(reason({.body = "x", .attributes = {{"a", {"Number", "x"}}}}) ==
          "Can't cast the value of message (user) attribute 'a' to a number.");
    for (const auto* number : {"nan", "inf", "+-5", "--5", "+", "1x", "0x10"})
        CHECK(fault_of(send("orders", {.body = "x", .attributes = {{"a", {"Number", number}}}})) ==
              Fault::InvalidParameterValue);
    for (const auto* number : {"-5", "+5", ".5", "1e400", "-1.5E-3"})
        CHECK(send("orders", {.body = "x", .attributes = {{"a", {"Number", number}}}}));
    CHECK(fault_of(send("orders", {.body = "x", .system = {{"AWSTraceHeader", {"String", std::string(501, 'x')}}}})) ==
          Fault::InvalidParameterValue);
    CHECK(fault_of(send("orders", {.body = "x", .system = {{"AWSTraceHeader", {"String", "\x01"}}}})) ==
          Fault::InvalidMessageContents);
    CHECK(fault_of(send("orders", {.body = "x", .attributes = {{"AWS.a", {"String", "x"}}}})) ==
          Fault::InvalidParameterValue);
    CHECK(reason({.body = "x", .unique = "u"})
              .ends_with("The request include parameter that is not valid for this queue type."));
    CHECK(send("orders", {.body = std::string(1'024, 'x')}));
}

TEST_CASE_METHOD(QueuesTest, "of messages sent together each has its own fate", "[queues]") {
    make("orders");
    std::vector<Draft> drafts{{.body = "a"}, {.body = ""}, {.body = "c"}};

    const auto sent = run(queues->send(named("orders"), drafts)).value();

    CHECK(sent[0]);
    CHECK(fault_of(sent[1]) == Fault::MissingParameter);
    CHECK(sent[2]);
    CHECK(bodies("orders") == Bodies{"a", "c"});
}

TEST_CASE_METHOD(QueuesTest, "messages are delayed as the message says, or else the queue", "[queues]") {
    make("orders", {{"DelaySeconds", "10"}});
    send("orders", "late");
    REQUIRE(send("orders", {.body = "soon", .delay = 1}));

    CHECK(bodies("orders").empty());
    timer.advance(1s);
    CHECK(bodies("orders") == Bodies{"soon"});
    timer.advance(9s);
    CHECK(bodies("orders") == Bodies{"late"});
}

TEST_CASE_METHOD(QueuesTest, "a receive that waits ends with the first message", "[queues]") {
    make("orders");
    std::optional<Answer<std::vector<Message>>> received;
    begin(queues->receive(named("orders"), {.most = 10, .wait = 20}), received);
    until([this] { return timer.waiting() == 1; });

    send("orders", "a");
    until([&] { return received.has_value(); });

    REQUIRE(received->value().size() == 1);
    CHECK((*received)->front().body == "a");
}

TEST_CASE_METHOD(QueuesTest, "a receive that waits is woken when a hidden message comes back", "[queues]") {
    make("orders", {{"ReceiveMessageWaitTimeSeconds", "20"}, {"VisibilityTimeout", "5"}});
    send("orders", "a");
    CHECK(bodies("orders") == Bodies{"a"});
    std::optional<Answer<std::vector<Message>>> received;
    begin(queues->receive(named("orders"), {}), received);
    until([this] { return timer.waiting() == 1; });

    timer.advance(5s);
    until([&] { return received.has_value(); });

    CHECK(received->value().size() == 1);
}

TEST_CASE_METHOD(QueuesTest, "a receive waits no longer than it was asked to, and not beyond the end", "[queues]") {
    make("orders");
    std::optional<Answer<std::vector<Message>>> received;
    const bool closing = GENERATE(false, true);
    begin(queues->receive(named("orders"), {.wait = 20}), received);
    until([this] { return timer.waiting() == 1; });

    if (closing)
        queues->close();
    else
        timer.advance(20s);
    until([&] { return received.has_value(); });

    CHECK(received->value().empty());
}

TEST_CASE_METHOD(QueuesTest, "a receive that waits learns that its queue is gone", "[queues]") {
    make("orders");
    std::optional<Answer<std::vector<Message>>> received;
    begin(queues->receive(named("orders"), {.wait = 20}), received);
    until([this] { return timer.waiting() == 1; });

    REQUIRE(run(queues->remove(named("orders"))));
    until([&] { return received.has_value(); });

    CHECK(fault_of(*received) == Fault::NoSuchQueue);
}

TEST_CASE_METHOD(QueuesTest, "messages that come together are received by as many as wait for one", "[queues]") {
    make("orders");
    std::vector<std::optional<Answer<std::vector<Message>>>> received(4);
    for (auto& one : received)
        begin(queues->receive(named("orders"), {.most = 1, .wait = 20}), one);
    until([this] { return timer.waiting() == 4; });

    REQUIRE(run(queues->send(named("orders"), {{.body = "a"}, {.body = "b"}, {.body = "c"}})));
    until([&] { return std::ranges::count_if(received, [](const auto& one) { return one.has_value(); }) == 3; });
    send("orders", "d");
    until([&] { return std::ranges::all_of(received, [](const auto& one) { return one.has_value(); }); });

    CHECK(std::ranges::all_of(received, [](const auto& one) { return one->value().size() == 1; }));
}

TEST_CASE_METHOD(QueuesTest, "a receive that waits is woken when a dead letter comes", "[queues]") {
    make("dead");
    make("orders", {{"RedrivePolicy",
                     R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":"1"})"},
                    {"VisibilityTimeout", "0"}});
    send("orders", "a");
    CHECK(bodies("orders") == Bodies{"a"});
    std::optional<Answer<std::vector<Message>>> received;
    begin(queues->receive(named("dead"), {.wait = 20}), received);
    until([this] { return timer.waiting() == 1; });

    CHECK(bodies("orders").empty());
    until([&] { return received.has_value(); });

    CHECK(received->value().size() == 1);
}

TEST_CASE_METHOD(QueuesTest, "news of a queue that is gone is for nobody", "[queues]") {
    make("orders");
    const auto placed = queues->message(named("orders"), {.body = "a"});
    REQUIRE(placed);
    REQUIRE(run(queues->remove(named("orders"))));

    queues->notify(placed->first, 1);

    CHECK_FALSE(queues->exists(named("orders")));
}

TEST_CASE_METHOD(QueuesTest, "one receive hides a message for twelve hours in all", "[queues]") {
    make("orders", {{"VisibilityTimeout", "43200"}});
    send("orders", "a");
    const std::string handle = receive("orders")[0].handle;
    timer.advance(1h);

    CHECK(text_of(hide("orders", handle, 43'200)) ==
          "Value 43200 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is "
          "beyond the limit [43200 seconds]");
    CHECK(hide("orders", handle, 39'600));
    CHECK(hide("orders", handle, 0));
    const std::string another = receive("orders")[0].handle;
    CHECK(hide("orders", another, 43'200));
}

struct FewWaitersTest : QueuesTest {
    FewWaitersTest() {
        limits.waiters = 1;
        open();
    }
};

TEST_CASE_METHOD(FewWaitersTest, "more receives than may wait are throttled, others are not", "[queues]") {
    make("orders");
    std::optional<Answer<std::vector<Message>>> waiting;
    begin(queues->receive(named("orders"), {.wait = 20}), waiting);
    until([this] { return timer.waiting() == 1; });

    CHECK(fault_of(run(queues->receive(named("orders"), {.wait = 1}))) == Fault::Throttled);
    CHECK(run(queues->receive(named("orders"), {.wait = 0})));
    queues->close();
    until([&] { return waiting.has_value(); });
}

TEST_CASE_METHOD(FewWaitersTest, "receives that come at once cannot all slip in before they are counted", "[queues]") {
    make("orders");
    std::optional<Answer<std::vector<Message>>> first;
    std::optional<Answer<std::vector<Message>>> second;
    begin(queues->receive(named("orders"), {.wait = 20}), first);
    begin(queues->receive(named("orders"), {.wait = 20}), second);
    until([this] { return timer.waiting() >= 1; });
    queues->close();
    until([&] { return first.has_value() && second.has_value(); });

    CHECK(*first);
    CHECK(fault_of(*second) == Fault::Throttled);
}

TEST_CASE_METHOD(QueuesTest, "what a receive may ask for has its bounds", "[queues]") {
    make("orders");
    const auto reason = [this](ReceiveOptions options) {
        return text_of(run(queues->receive(named("orders"), options)));
    };

    CHECK(reason({.most = 11}) ==
          "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.");
    CHECK(reason({.wait = 21}) ==
          "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.");
    CHECK(reason({.visibility = 43'201}).starts_with("Value 43201 for parameter VisibilityTimeout is invalid."));
}

TEST_CASE_METHOD(QueuesTest, "receipt handles delete and hide, and only in their queue", "[queues]") {
    make("orders");
    make("other");
    send("orders", "a");
    const std::string handle = receive("orders")[0].handle;

    CHECK(fault_of(remove("other", handle)) == Fault::ReceiptHandleIsInvalid);
    CHECK(fault_of(remove("orders", "nonsense")) == Fault::ReceiptHandleIsInvalid);
    CHECK(fault_of(hide("orders", "nonsense", 0)) == Fault::ReceiptHandleIsInvalid);
    CHECK(fault_of(hide("orders", handle, 43'201)) == Fault::InvalidParameterValue);
    CHECK(hide("orders", handle, 0));
    CHECK(bodies("orders") == Bodies{"a"});
    CHECK(remove("orders", handle));  // an old handle still does
    CHECK(remove("orders", handle));
    CHECK(fault_of(hide("orders", handle, 0)) == Fault::InvalidParameterValue);
    timer.advance(60s);
    CHECK(bodies("orders").empty());
}

TEST_CASE_METHOD(QueuesTest, "what is visible is not in flight", "[queues]") {
    make("orders");
    send("orders", "a");
    const std::string handle = receive("orders")[0].handle;
    timer.advance(30s);

    CHECK(fault_of(hide("orders", handle, 10)) == Fault::MessageNotInflight);
}

TEST_CASE_METHOD(QueuesTest, "a message received too often is a dead letter", "[queues]") {
    make("dead");
    make("orders", {{"RedrivePolicy",
                     R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":"1"})"},
                    {"VisibilityTimeout", "0"}});
    send("orders", "a");

    CHECK(bodies("orders") == Bodies{"a"});
    CHECK(bodies("orders").empty());

    const auto dead = receive("dead");
    REQUIRE(dead.size() == 1);
    CHECK(dead[0].system.at("DeadLetterQueueSourceArn") == "arn:aws:sqs:us-east-1:000000000000:orders");
}

struct FifoTest : QueuesTest {
    FifoTest() { make("q.fifo", {{"FifoQueue", "true"}, {"ContentBasedDeduplication", "true"}}); }
};

TEST_CASE_METHOD(FifoTest, "a group is received in order, one receive after the other", "[queues]") {
    for (const auto* body : {"a1", "a2"})
        REQUIRE(send("q.fifo", in_group(body, "a")));
    REQUIRE(send("q.fifo", in_group("b1", "b")));

    const auto first = receive("q.fifo", {.most = 1});
    CHECK(first[0].body == "a1");
    CHECK(first[0].system.at("MessageGroupId") == "a");
    CHECK(first[0].system.at("SequenceNumber").size() == 20);
    CHECK(bodies("q.fifo") == Bodies{"b1"});
    CHECK(remove("q.fifo", first[0].handle));
    CHECK(bodies("q.fifo") == Bodies{"a2"});
}

TEST_CASE_METHOD(FifoTest, "a receive that waits is woken when its group is free", "[queues]") {
    for (const auto* body : {"a1", "a2"})
        REQUIRE(send("q.fifo", in_group(body, "a")));
    const auto first = receive("q.fifo", {.most = 1});
    std::optional<Answer<std::vector<Message>>> received;
    begin(queues->receive(named("q.fifo"), {.wait = 20}), received);
    until([this] { return timer.waiting() == 1; });

    CHECK(remove("q.fifo", first[0].handle));
    until([&] { return received.has_value(); });

    CHECK(received->value()[0].body == "a2");
}

TEST_CASE_METHOD(FifoTest, "a duplicate is accepted and dropped for five minutes", "[queues]") {
    const auto first = send("q.fifo", in_group("same", "a"));
    timer.advance(299s);
    const auto second = send("q.fifo", in_group("same", "b"));
    timer.advance(1s);
    const auto third = send("q.fifo", in_group("same", "a"));

    CHECK(second->id == first->id);
    CHECK(second->sequence == first->sequence);
    CHECK(third->id != first->id);
    CHECK(*third->sequence > *first->sequence);
    CHECK(receive("q.fifo").size() == 2);
}

TEST_CASE_METHOD(FifoTest, "a message's own deduplication id goes before its content", "[queues]") {
    REQUIRE(send("q.fifo", {.body = "same", .group = "a", .unique = "1"}));
    REQUIRE(send("q.fifo", {.body = "same", .group = "a", .unique = "2"}));

    const auto received = receive("q.fifo");
    REQUIRE(received.size() == 2);
    CHECK(received[1].system.at("MessageDeduplicationId") == "2");
}

TEST_CASE_METHOD(FifoTest, "duplicates may be looked for in their group alone", "[queues]") {
    make("g.fifo", {{"FifoQueue", "true"}, {"DeduplicationScope", "messageGroup"}});
    REQUIRE(send("g.fifo", {.body = "x", .group = "a", .unique = "1"}));
    REQUIRE(send("g.fifo", {.body = "x", .group = "b", .unique = "1"}));

    CHECK(receive("g.fifo").size() == 2);
}

TEST_CASE_METHOD(FifoTest, "an expired handle does nothing", "[queues]") {
    REQUIRE(send("q.fifo", in_group("a", "g")));
    const std::string handle = receive("q.fifo")[0].handle;
    timer.advance(30s);

    CHECK(text_of(remove("q.fifo", handle)) ==
          "Value " + handle + " for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.");
    const std::string next = receive("q.fifo")[0].handle;
    CHECK(text_of(hide("q.fifo", handle, 10)) ==
          "Value " + handle + " for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.");
    CHECK(remove("q.fifo", next));
}

TEST_CASE_METHOD(FifoTest, "a FIFO queue's dead letter begins its age anew, a standard one's does not", "[queues]") {
    const bool fifo = GENERATE(true, false);
    const std::string ending = fifo ? ".fifo" : "";
    const Attributes kind = fifo ? Attributes{{"FifoQueue", "true"}} : Attributes{};
    make("dead" + ending, kind);
    Attributes redriven = kind;
    redriven.emplace("RedrivePolicy", R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead)" + ending +
                                          R"(","maxReceiveCount":1})");
    make("source" + ending, redriven);
    Draft draft{.body = "a"};
    if (fifo) {
        draft.group = "g";
        draft.unique = "u";
    }
    REQUIRE(send("source" + ending, draft));
    const std::string sent = receive("source" + ending).at(0).system.at("SentTimestamp");
    timer.advance(30s);
    const std::string moved = std::to_string(clock.now().time_since_epoch().count());
    CHECK(bodies("source" + ending).empty());

    CHECK(receive("dead" + ending).at(0).system.at("SentTimestamp") == (fifo ? moved : sent));
}

TEST_CASE_METHOD(FifoTest, "a FIFO queue needs a group and something to know duplicates by", "[queues]") {
    make("strict.fifo", {{"FifoQueue", "true"}});

    CHECK(text_of(send("q.fifo", {.body = "x"})) == "The request must contain the parameter MessageGroupId.");
    CHECK(text_of(send("strict.fifo", in_group("x", "g"))) ==
          "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided "
          "explicitly");
    CHECK(text_of(send("q.fifo", {.body = "x", .delay = 2, .group = "g"})) ==
          "Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for "
          "this queue type.");
    CHECK(fault_of(send("q.fifo", in_group("x", "no spaces"))) == Fault::InvalidParameterValue);
}

TEST_CASE_METHOD(QueuesTest, "deliveries end with the message, each on its own", "[queues]") {
    make("orders");
    storage::OwedEvent event{.id = "e", .bus = "default", .ingested = clock.now(), .envelope = "{}", .deliveries = {}};
    for (int i = 0; i < 2; ++i)
        event.deliveries.push_back({.id = store->next_delivery_id(), .target = "t", .rule = "r"});
    REQUIRE(run(store->deliveries().append(testing::batch_of({event}))));

    const auto answers = run(queues->deliver({{event.deliveries[0].id, named("orders"), {.body = "a"}},
                                              {event.deliveries[1].id, named("gone"), {.body = "b"}}}));

    CHECK(answers[0]);
    CHECK(fault_of(answers[1]) == Fault::NoSuchQueue);
    CHECK(run(store->deliveries().count()).value() == 1);
    CHECK(bodies("orders") == Bodies{"a"});
}

TEST_CASE_METHOD(QueuesTest, "a long queue is received from batch by batch", "[queues]") {
    make("orders");
    std::vector<Draft> many(5'000, Draft{.body = "x"});
    REQUIRE(run(queues->send(named("orders"), many)));

    std::size_t received = 0;
    for (auto batch = receive("orders"); !batch.empty(); batch = receive("orders"))
        received += batch.size();

    CHECK(received == many.size());
    CHECK(attribute("orders", "ApproximateNumberOfMessagesNotVisible") == "5000");
}

TEST_CASE("ARNs name queues", "[queues]") {
    const QueueName name{"000000000000", "us-east-1", "orders"};
    CHECK(from_arn(arn_of(name)) == name);
    for (const auto* arn : {"", "arn:aws:sqs:", "arn:aws:sqs:us-east-1", "arn:aws:sqs:us-east-1:0",
                            "arn:aws:sqs:r:0:", "arn:aws:sqs::0:a", "arn:aws:sqs:r:0:a:b", "arn:aws:sns:r:0:a"})
        CHECK_FALSE(from_arn(arn));
}

}  // namespace
}  // namespace rialto::queues
