#include "config/sections.hpp"

namespace rialto::config {

void read_breaker(MapReader& map, model::Breaker& breaker) {
    map.read("failures", breaker.failures, small_number_in(0, 1'000'000));
    map.read("wait", breaker.wait, duration_in(100ms, 1h));
}

}  // namespace rialto::config
