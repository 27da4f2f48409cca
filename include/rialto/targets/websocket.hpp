#pragma once

#include "rialto/channels/channels.hpp"
#include "rialto/delivery/target.hpp"

namespace rialto::targets {

/// Publishes events on a channel, whose WebSocket subscribers get them. An event that comes again through the same rule
/// is not pushed again.
class WebSocket final : public delivery::Target {
public:
    explicit WebSocket(channels::Channels& channels) : channels_{channels} {}

    Task<delivery::Outcome> deliver(const delivery::Attempt& attempt) override;

private:
    channels::Channels& channels_;
};

}  // namespace rialto::targets
