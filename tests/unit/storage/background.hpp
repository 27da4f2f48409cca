#pragma once

#include <functional>

#include "fixture.hpp"
#include "rialto/async/timer.hpp"

namespace rialto::storage {

/// A store on which something works in the background, in virtual time: a member of the test, which stops it at its
/// end.
struct BackgroundTest : StoreTest {
    ~BackgroundTest() { store.reset(); }  // whose threads post to the loop

    /// Returns when the worker waits for its next turn.
    template <class Worker>
    void start(Worker& worker) {
        worker.start();
        pass(0ms);
    }

    template <class Worker>
    void stop(Worker& worker) {
        bool stopped = false;
        asio::co_spawn(loop, worker.stop(), [&stopped](const std::exception_ptr&) { stopped = true; });
        until([&stopped] { return stopped; });
    }

    /// Until the worker has looked again.
    void pass(Duration time) {
        timer.advance(time);
        until([this] { return timer.waiting() == 1; });
    }

    void until(const std::function<bool()>& is_so) {
        while (!is_so()) {
            loop.restart();
            loop.run_one_for(100ms);
        }
    }

    asio::io_context loop;
    ManualClock clock{kNow};
    VirtualTimer timer{clock};
};

}  // namespace rialto::storage
