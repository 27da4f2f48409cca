#pragma once

#include "tests/support/world.hpp"

namespace rialto::delivery {

using testing::log_target;

inline Outcome refuse(Error error) { return failed(std::move(error)); }

/// A target that answers as told, and another one beside it.
struct DispatcherTest : testing::World {
    DispatcherTest() {
        targets.add<model::LogTarget>(fake);
        targets.add<model::BusTarget>(other);
        keep({target, second});
    }
    ~DispatcherTest() { close(); }

    void fail_always(Error error) {
        fake.answer = [error](const Attempt&) { return refuse(error); };
    }

    testing::FakeTarget fake;
    testing::FakeTarget other;
    model::Target target = log_target("t");
    model::Target second{.id = "b", .kind = model::BusTarget{"x"}, .input = {}, .retry = {}, .dead_letter = {}};
};

}  // namespace rialto::delivery
