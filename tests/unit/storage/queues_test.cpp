#include "fixture.hpp"

namespace rialto::storage {
namespace {

using Held = QueueStore::Held;

struct QueuesTest : StoreTest {
    QueuesTest() { queue = make("orders"); }

    QueueStore& queues() { return store->queues(); }

    static StoredQueue named(const std::string& name) {
        return {.id = 0,
                .account = "000000000000",
                .region = "us-east-1",
                .name = name,
                .attributes = "{}",
                .tags = "{}",
                .retention = 1h,
                .created = kNow,
                .modified = kNow};
    }
    QueueId make(const std::string& name) { return run(queues().create(named(name))).value(); }

    static NewMessage message(const std::string& id, TimePoint sent = kNow) {
        return {.id = id,
                .body = "body of " + id,
                .properties = "{}",
                .sent = sent,
                .visible = sent,
                .ordered = false,
                .group = {},
                .duplicate_key = {},
                .unique_until = {}};
    }
    static NewMessage ordered(const std::string& id, const std::string& group) {
        NewMessage made = message(id);
        made.ordered = true;
        made.group = group;
        return made;
    }
    std::vector<Placed> append(std::vector<NewMessage> messages) {
        return run(queues().append(queue, std::move(messages))).value();
    }
    void append(const std::vector<std::string>& ids) {
        std::vector<NewMessage> messages;
        for (const auto& id : ids)
            messages.push_back(message(id));
        append(std::move(messages));
    }

    static Receive at(TimePoint now, std::size_t limit = 10) {
        return {.limit = limit,
                .now = now,
                .visible_again = now + 30s,
                .oldest = now - 1h,
                .ordered = false,
                .redrive = std::nullopt};
    }
    std::vector<ReceivedMessage> receive(const Receive& wanted) {
        return run(queues().receive(queue, wanted)).value().messages;
    }
    static std::vector<std::string> ids(const std::vector<ReceivedMessage>& messages) {
        std::vector<std::string> ids;
        for (const auto& one : messages)
            ids.push_back(one.id);
        return ids;
    }
    std::vector<std::string> received(const Receive& wanted) { return ids(receive(wanted)); }
    static Receipt receipt(const ReceivedMessage& one) {
        return {.row = one.row, .id = one.id, .receives = one.receives};
    }

    using Ids = std::vector<std::string>;
    QueueId queue = 0;
};

}  // namespace

TEST_CASE_METHOD(QueuesTest, "queues are kept by account, region and name", "[storage]") {
    CHECK(run(queues().create(named("orders"))).error().code == Errc::AlreadyExists);
    StoredQueue elsewhere = named("orders");
    elsewhere.region = "eu-west-1";
    const QueueId other = run(queues().create(elsewhere)).value();
    elsewhere.id = other;
    elsewhere.attributes = R"({"DelaySeconds":"5"})";
    elsewhere.retention = 2h;
    REQUIRE(run(queues().update(elsewhere)));

    reopen();

    const auto all = run(queues().queues()).value();
    REQUIRE(all.size() == 2);
    CHECK(all[0].name == "orders");
    CHECK(all[1].region == "eu-west-1");
    CHECK(all[1].attributes == R"({"DelaySeconds":"5"})");
    CHECK(all[1].retention == 2h);
}

TEST_CASE_METHOD(QueuesTest, "what is received is hidden, and comes back with another count", "[storage]") {
    append(Ids{"a", "b"});

    const auto first = receive(at(kNow));
    CHECK(ids(first) == Ids{"a", "b"});
    CHECK(first[0].body == "body of a");
    CHECK(first[0].receives == 1);
    CHECK(received(at(kNow + 29s)).empty());
    CHECK(run(queues().next_visible(queue, kNow)).value() == kNow + 30s);

    reopen();
    const auto again = receive(at(kNow + 30s));
    CHECK(ids(again) == Ids{"a", "b"});
    CHECK(again[0].receives == 2);
    CHECK(again[0].first_received == kNow);
}

TEST_CASE_METHOD(QueuesTest, "a receive takes each message once, also if it is not hidden", "[storage]") {
    append(Ids{"a", "b", "c"});
    Receive wanted = at(kNow);
    wanted.visible_again = kNow;

    CHECK(received(wanted) == Ids{"a", "b", "c"});
}

TEST_CASE_METHOD(QueuesTest, "no more is received than was asked for", "[storage]") {
    append(Ids{"a", "b", "c"});

    CHECK(received(at(kNow, 2)) == Ids{"a", "b"});
    CHECK(received(at(kNow, 2)) == Ids{"c"});
}

TEST_CASE_METHOD(QueuesTest, "a delayed message comes when its time has come", "[storage]") {
    NewMessage late = message("late");
    late.visible = kNow + 10s;
    append({late});

    CHECK(received(at(kNow + 9s)).empty());
    CHECK(run(queues().counts(queue, kNow)).value().delayed == 1);
    CHECK(received(at(kNow + 10s)) == Ids{"late"});
    CHECK(run(queues().counts(queue, kNow + 10s)).value().in_flight == 1);
}

TEST_CASE_METHOD(QueuesTest, "a message is deleted by any receipt of its own queue", "[storage]") {
    append(Ids{"a"});
    const auto first = receive(at(kNow));
    const auto second = receive(at(kNow + 30s));
    const QueueId other = make("other");

    REQUIRE(run(queues().remove_messages(other, {receipt(first[0])}, {})));
    CHECK(run(queues().counts(queue, kNow)).value().in_flight == 1);
    REQUIRE(run(queues().remove_messages(queue, {receipt(first[0])}, {})));
    CHECK(run(queues().counts(queue, kNow)).value().in_flight == 0);
    REQUIRE(run(queues().remove_messages(queue, {receipt(second[0])}, {})));
}

TEST_CASE_METHOD(QueuesTest, "an old receipt does not fit a newer message", "[storage]") {
    append(Ids{"a"});
    const auto first = receive(at(kNow));
    REQUIRE(run(queues().remove_messages(queue, {receipt(first[0])}, {})));
    append(Ids{"b"});  // may get the row of the first

    REQUIRE(run(queues().remove_messages(queue, {receipt(first[0])}, {})));

    CHECK(received(at(kNow)) == Ids{"b"});
}

TEST_CASE_METHOD(QueuesTest, "visibility is changed of what is held", "[storage]") {
    append(Ids{"a"});
    const auto held = receive(at(kNow));
    const auto change = [this, &held](TimePoint visible, TimePoint now) {
        return run(queues().change_visibility(queue, {{receipt(held[0]), visible}}, now)).value()[0];
    };

    CHECK(change(kNow + 60s, kNow + 1s) == Held::Changed);
    CHECK(received(at(kNow + 59s)).empty());
    CHECK(change(kNow + 59s, kNow + 59s) == Held::Changed);
    CHECK(change(kNow + 90s, kNow + 59s) == Held::Visible);
    REQUIRE(run(queues().remove_messages(queue, {receipt(held[0])}, {})));
    CHECK(change(kNow + 90s, kNow + 59s) == Held::Gone);
}

TEST_CASE_METHOD(QueuesTest, "what was received too often moves to the other queue", "[storage]") {
    const QueueId graveyard = make("graveyard");
    append(Ids{"a"});
    Receive wanted = at(kNow);
    wanted.redrive = {.to = graveyard, .max_receives = 1};
    CHECK(received(wanted) == Ids{"a"});
    append(Ids{"b"});
    wanted.now = kNow + 31s;
    wanted.visible_again = kNow + 60s;

    CHECK(received(wanted) == Ids{"b"});

    const auto dead = run(queues().receive(graveyard, at(kNow + 31s))).value().messages;
    REQUIRE(ids(dead) == Ids{"a"});
    CHECK(dead[0].dead_from == queue);
    CHECK(dead[0].body == "body of a");
}

TEST_CASE_METHOD(QueuesTest, "a receive passes over about a hundred messages at a time", "[storage]") {
    const bool fifo = GENERATE(false, true);
    const bool old = GENERATE(false, true);
    const QueueId graveyard = make("graveyard");
    std::vector<NewMessage> many;
    for (int i = 0; i < 250; ++i)
        many.push_back(fifo ? ordered("m" + std::to_string(i), "g") : message("m" + std::to_string(i)));
    many.push_back(fifo ? ordered("last", "g") : message("last"));
    many.back().sent = kNow + 1h;
    many.back().visible = kNow + 1h;
    append(std::move(many));
    Receive wanted = at(old ? kNow + 1h + 1s : kNow + 1h);
    wanted.ordered = fifo;
    wanted.redrive = {.to = graveyard, .max_receives = 0};

    std::size_t looks = 0;
    std::size_t moved = 0;
    Received received;
    for (received.more = true; received.more; ++looks) {
        received = run(queues().receive(queue, wanted)).value();
        CHECK(received.messages.empty());
        CHECK(received.moved < 120);
        moved += received.moved;
    }

    CHECK(looks == 3);
    CHECK(moved == (old ? 1 : 251));
    CHECK(number("SELECT count(*) FROM queue_messages") == static_cast<std::int64_t>(moved));
}

TEST_CASE_METHOD(QueuesTest, "without the other queue, or if it is this one, a message stays", "[storage]") {
    append(Ids{"a"});
    Receive wanted = at(kNow);
    wanted.visible_again = kNow;
    const QueueId to = GENERATE(as<QueueId>{}, 99, 1);
    wanted.redrive = {.to = to, .max_receives = 1};

    CHECK(received(wanted) == Ids{"a"});
    CHECK(received(wanted) == Ids{"a"});
}

TEST_CASE_METHOD(QueuesTest, "messages of a group come in order, and none passes a hidden one", "[storage]") {
    const auto placed = append({ordered("a1", "a"), ordered("b1", "b"), ordered("a2", "a"), ordered("b2", "b")});
    CHECK(placed[3].sequence == 4);
    Receive wanted = at(kNow, 1);
    wanted.ordered = true;

    const auto first = receive(wanted);
    CHECK(ids(first) == Ids{"a1"});
    wanted.limit = 10;
    CHECK(received(wanted) == Ids{"b1", "b2"});
    CHECK(received(wanted).empty());
    REQUIRE(run(queues().remove_messages(queue, {receipt(first[0])}, {})));
    CHECK(received(wanted) == Ids{"a2"});
}

TEST_CASE_METHOD(QueuesTest, "an old receipt of an ordered message is worth nothing", "[storage]") {
    append({ordered("a", "g")});
    Receive wanted = at(kNow);
    wanted.ordered = true;
    const auto first = receive(wanted);
    wanted.now = kNow + 30s;
    wanted.visible_again = kNow + 60s;
    receive(wanted);

    const auto changed = run(queues().change_visibility(queue, {{receipt(first[0]), kNow + 31s}}, kNow + 31s)).value();

    CHECK(changed[0] == Held::Superseded);
    CHECK(run(queues().remove_messages(queue, {receipt(first[0])}, kNow + 31s)).value() == std::vector{false});
    CHECK(run(queues().counts(queue, kNow + 31s)).value().in_flight == 1);
}

TEST_CASE_METHOD(QueuesTest, "a duplicate within its time is the message that was there first", "[storage]") {
    NewMessage original = ordered("a", "g");
    original.duplicate_key = "key";
    original.unique_until = kNow + 5min;
    NewMessage copy = original;
    copy.id = "b";
    copy.sent = kNow + 299s;
    NewMessage later = original;
    later.id = "c";
    later.sent = kNow + 300s;

    const auto placed = append({original, copy, later});

    CHECK(placed[1].id == "a");
    CHECK(placed[1].sequence == placed[0].sequence);
    CHECK(placed[2].id == "c");
    CHECK(run(queues().counts(queue, kNow + 1h)).value().visible == 2);
}

TEST_CASE_METHOD(QueuesTest, "what is too old is received no more, and dropped", "[storage]") {
    append({message("old", kNow - 61min), message("young")});

    CHECK(received(at(kNow)) == Ids{"young"});

    append({message("old", kNow - 61min)});
    while (run(queues().trim_queues(kNow)).value() > 0)
        continue;
    CHECK(number("SELECT count(*) FROM queue_messages") == 1);
}

TEST_CASE_METHOD(QueuesTest, "purged messages are gone at once, and from the disk in time", "[storage]") {
    std::vector<NewMessage> many;
    for (int i = 0; i < 250; ++i)
        many.push_back(message(std::to_string(i)));
    append(std::move(many));

    REQUIRE(run(queues().purge(queue)));
    CHECK(received(at(kNow)).empty());
    append(Ids{"after"});
    REQUIRE(run(queues().remove(make("empty"))));
    while (run(queues().trim_queues(kNow)).value() > 0)
        continue;

    CHECK(number("SELECT count(*) FROM queue_messages") == 1);
    CHECK(number("SELECT count(*) FROM queue_garbage") == 0);
    CHECK(received(at(kNow)) == Ids{"after"});
}

TEST_CASE_METHOD(QueuesTest, "a queue that was removed is not found, and its name is free", "[storage]") {
    append(Ids{"a"});
    REQUIRE(run(queues().remove(queue)));

    CHECK(run(queues().append(queue, {message("b")})).error().code == Errc::NotFound);
    CHECK(run(queues().receive(queue, at(kNow))).error().code == Errc::NotFound);
    CHECK(run(queues().purge(queue)).error().code == Errc::NotFound);
    CHECK(run(queues().remove(queue)).error().code == Errc::NotFound);
    queue = make("orders");
    CHECK(received(at(kNow)).empty());
}

TEST_CASE_METHOD(QueuesTest, "a delivery ends in the transaction that places its message, once", "[storage]") {
    const OwedEvent owed = event("e", 2);
    REQUIRE(run(store->deliveries().append(batch_of({owed}))));
    const DeliveryId first = owed.deliveries[0].id;
    const DeliveryId second = owed.deliveries[1].id;

    CHECK(run(queues().deliver({{first, queue, message("a")}, {second, 99, message("b")}})).value() ==
          std::vector{true, false});
    CHECK(run(queues().deliver({{first, queue, message("again")}})).value() == std::vector{true});

    CHECK(due().size() == 1);
    CHECK(due()[0].id == second);
    CHECK(received(at(kNow)) == Ids{"a"});
}

TEST_CASE_METHOD(QueuesTest, "events are accepted straight into queues; what finds none is owed", "[storage]") {
    OwedEvent accepted = event("e", 1);
    accepted.deliveries.clear();
    const auto direct = [&](QueueId to, const std::string& id) {
        return DirectMessage{
            .event = 0, .otherwise = {store->next_delivery_id(), "t", "r"}, .queue = to, .message = message(id)};
    };
    const auto accept = [&](std::vector<DirectMessage> messages) {
        Batch batch{.owed = {accepted}, .messages = std::move(messages), .entries = {}};
        return run(store->deliveries().append(std::make_shared<const Batch>(std::move(batch)))).value();
    };

    CHECK(accept({direct(queue, "a")}));
    CHECK(due().empty());
    CHECK_FALSE(accept({direct(queue, "b"), direct(99, "c")}));

    CHECK(due().size() == 1);
    CHECK(received(at(kNow)) == Ids{"a", "b"});
}

}  // namespace rialto::storage
