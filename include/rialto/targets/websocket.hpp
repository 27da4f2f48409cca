#pragma once

#include <vector>

#include "rialto/channels/channels.hpp"
#include "rialto/delivery/target.hpp"

namespace rialto::targets {

/// Publishes events on a channel, whose WebSocket subscribers get them. An event that comes again through the same rule
/// is not pushed again. Events of one rule are pushed in their order, as far as delivery::Together promises it; few at
/// once, so that no client that keeps up is taken for a slow one.
class WebSocket final : public delivery::Target {
public:
    explicit WebSocket(channels::Channels& channels) : channels_{channels} {}

    Task<std::vector<delivery::Outcome>> deliver_all(const std::vector<delivery::Attempt>& attempts) override;
    delivery::Together together() const override {
        return {.attempts = 16, .bytes = std::size_t{256} << 10U, .batches = 1};
    }
    bool reads_event(const model::TargetKind& /*kind*/) const override { return false; }

private:
    channels::Channels& channels_;
};

}  // namespace rialto::targets
