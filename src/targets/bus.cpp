#include "rialto/targets/bus.hpp"

#include <utility>

#include "rialto/json/value.hpp"
#include "rialto/model/event.hpp"

namespace rialto::targets {

Task<delivery::Outcome> Bus::deliver(const delivery::Attempt& attempt) {
    auto event = model::event_from_json(json::write(attempt.event));
    if (!event)
        co_return delivery::failed(std::move(event).error());
    Status put = co_await bus_.put(std::get<model::BusTarget>(attempt.target).bus, std::move(*event));
    if (!put)
        co_return delivery::failed(std::move(put).error());
    co_return delivery::Delivered{};
}

}  // namespace rialto::targets
