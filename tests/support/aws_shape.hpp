#pragma once

#include "api/aws/shape.hpp"

namespace rialto::api::aws {

/// A structure with a bit of everything.
inline Shape sample_shape() {
    const Shape key = string().at_least(1).at_most(4).matching(R"([A-Za-z0-9\_\-]+)");
    const Shape target = structure("Target", {required("Id", string()), optional("Arn", string().at_most(9)),
                                              optional("Paths", map(key, string().at_most(5)).at_most(2))});
    return structure(
        "SampleRequest",
        {required("Name", string().at_least(1).at_most(8).matching(R"([\.\-_A-Za-z0-9]+)")),
         optional("Note", string().at_most(3)), optional("State", string().one_of({"ENABLED", "DISABLED"})),
         optional("Limit", integer().at_least(1).at_most(100)), optional("Size", long_integer()),
         optional("Force", boolean()), optional("Time", timestamp()),
         optional("Keys", list(string().at_least(1).at_most(3))),
         optional("Targets", list(target).at_least(1).at_most(2)),
         optional("Config", structure("Config", {required("Level", string())}))});
}

}  // namespace rialto::api::aws
