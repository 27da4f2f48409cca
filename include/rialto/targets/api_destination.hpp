#pragma once

#include <chrono>
#include <memory>

#include "rialto/async/timer.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/metrics.hpp"
#include "rialto/delivery/target.hpp"
#include "rialto/http/client.hpp"
#include "rialto/targets/destination_directory.hpp"

namespace rialto::targets {

/// Calls API destinations: an HTTP request for each event (AWS: "API destinations as targets", "Connections").
///
/// 2xx is success. 401, 407, 409, 429, 5xx, timeouts and failures to connect are tried again, not before the answer's
/// Retry-After; a negative one, and every other status, redirects included, ends it. A token that is refused (401, 407)
/// and did not come fresh for this call is replaced, and the call made once more. Calls beyond the destination's rate
/// wait for their turn, on the timer. What cannot be sent as it is (header fields, path values, a body beyond 64 KiB)
/// fails for good. No error holds a credential, a parameter's value, or what the destination answered. Thread-safe.
class ApiDestinations final : public delivery::SingleTarget {
public:
    struct Options {
        std::chrono::milliseconds timeout{5'000};  ///< Of a call, and of one for a token.
    };

    /// All must outlive this.
    ApiDestinations(http::Client& client, const DestinationDirectory& directory, const Clock& clock, Timer& timer,
                    metrics::Registry& metrics, Options options);
    ~ApiDestinations() override;

    Task<delivery::Outcome> deliver(const delivery::Attempt& attempt) override;
    bool reads_event(const model::TargetKind& kind) const override;

    /// Whether a connection's credentials are good, as far as that shows before a call: for OAuth gets a token, which
    /// is kept for the calls. The error is that of the authorization endpoint, for a StateReason.
    Task<Status> authorize(Connection connection);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace rialto::targets
