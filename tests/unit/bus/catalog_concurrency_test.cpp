#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include "catalog_fixture.hpp"

namespace rialto::bus {
namespace {

TEST_CASE_METHOD(CatalogTest, "changes at once from many threads are made one after the other", "[catalog]") {
    constexpr int kThreads = 4;
    constexpr int kEach = 25;
    asio::thread_pool pool{kThreads};
    Catalog shared{pool.get_executor(), *store, *bus, clock};
    REQUIRE(run(shared.start({.buses = {{"default", {}}}})));
    const std::string counter = key_of(kOurs, "counter");
    std::vector<std::future<Status>> changes;
    for (int i = 0; i < kThreads * kEach; ++i) {
        const auto add = [&counter, i](Edit& edit) {
            const Document old = edit.find(Kind::Archive, counter);
            const std::int64_t count = old ? old->find("n")->as_int64().value() : 0;
            edit.put(Kind::Archive, counter, {{"n", count + 1}});
            edit.put(Kind::Archive, key_of(kOurs, "a" + std::to_string(i)), {{"n", count}});
            return true;
        };
        changes.push_back(asio::co_spawn(pool, shared.change(std::function<bool(Edit&)>{add}), asio::use_future));
    }
    int failed = 0;
    for (auto& change : changes)
        failed += change.get() ? 0 : 1;
    pool.join();

    CHECK(failed == 0);
    const auto archives =
        shared.read([](const Resources& resources) { return resources.list(Kind::Archive, key_of(kOurs, "a")); });
    std::set<std::int64_t> counts;
    for (const auto& [key, document] : archives)
        counts.insert(document->find("n")->as_int64().value());
    CHECK(counts.size() == kThreads * kEach);
    CHECK(shared.read([&](const Resources& resources) { return resources.find(Kind::Archive, counter); })
              ->find("n")
              ->as_int64() == kThreads * kEach);
}

TEST_CASE_METHOD(CatalogTest, "a change whose caller was cancelled takes effect whole", "[catalog]") {
    asio::cancellation_signal cancel;
    bool over = false;
    const std::function<bool(Edit&)> edit = [](Edit& draft) {
        draft.put(Kind::Bus, key_of(kOurs, "b"), {{"Name", "b"}});
        draft.put(Kind::Rule, rule_key(kOurs, "b", "r"), made("r", "b"));
        return true;
    };
    asio::co_spawn(loop, catalog->change(edit),
                   asio::bind_cancellation_slot(cancel.slot(),
                                                [&over](const std::exception_ptr&, const Status&) { over = true; }));
    const int steps = GENERATE(0, 1, 2, 3, 5, 8);
    loop.restart();
    for (int i = 0; i < steps; ++i)
        loop.poll_one();
    cancel.emit(asio::cancellation_type::terminal);
    until([&] { return over; });
    settle();

    // One that had not begun at all may have been given up.
    if (steps > 0 || find(Kind::Bus, key_of(kOurs, "b"))) {
        CHECK(find(Kind::Rule, rule_key(kOurs, "b", "r")));
        CHECK(heard_on("b") == "b/r ");
    }
    CHECK(put_bus("after"));
    restart();
    CHECK((find(Kind::Bus, key_of(kOurs, "b")) == nullptr) == (find(Kind::Rule, rule_key(kOurs, "b", "r")) == nullptr));
}

}  // namespace
}  // namespace rialto::bus
