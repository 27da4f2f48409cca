#include "rialto/base/metrics.hpp"

#include <catch2/catch.hpp>

using namespace rialto::metrics;

TEST_CASE("figures are one for a name and its labels, and stand in the text", "[base][metrics]") {
    Registry registry;
    auto& a = registry.counter("rialto_tests_total", "Tests.", {{"kind", "a"}});
    auto& b = registry.counter("rialto_tests_total", "Tests.", {{"kind", "b"}});
    auto& open = registry.gauge("rialto_open", "Open.");
    auto& time = registry.histogram("rialto_time_seconds", "Time.", {0.1, 1});

    a.add();
    registry.counter("rialto_tests_total", "Tests.", {{"kind", "a"}}).add(2);
    b.add();
    open.set(5);
    open.add(-1);
    time.observe(0.5);

    CHECK(&a == &registry.counter("rialto_tests_total", "Tests.", {{"kind", "a"}}));
    CHECK(&time == &registry.histogram("rialto_time_seconds", "Time.", {0.1, 1}));
    const auto text = registry.text();
    for (const auto* line : {"# HELP rialto_tests_total Tests.\n", "# TYPE rialto_tests_total counter\n",
                             "rialto_tests_total{kind=\"a\"} 3\n", "rialto_tests_total{kind=\"b\"} 1\n",
                             "rialto_open 4\n", "rialto_time_seconds_bucket{le=\"0.1\"} 0\n",
                             "rialto_time_seconds_bucket{le=\"1\"} 1\n", "rialto_time_seconds_count 1\n"})
        CHECK_THAT(text, Catch::Contains(line));
}
