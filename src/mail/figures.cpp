#include "mail/figures.hpp"

namespace rialto::mail {
namespace {

const std::string kFailedHelp = "Mails that could not be sent: temporary may be tried again, permanent not.";

metrics::Counter& failed(metrics::Registry& registry, const char* kind) {
    return registry.counter("rialto_mail_failed_total", kFailedHelp, {{"kind", kind}});
}

}  // namespace

Figures::Figures(metrics::Registry& registry)
    : sent_{registry.counter("rialto_mail_sent_total", "Mails that the relay or the outbox took.")},
      failed_temporarily_{failed(registry, "temporary")},
      failed_permanently_{failed(registry, "permanent")},
      seconds_{registry.histogram("rialto_mail_send_duration_seconds", "Time to hand one mail over.",
                                  {0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60})} {}

void Figures::count(const Status& outcome) {
    if (outcome)
        return sent_.add();
    const auto code = outcome.error().code;
    const bool is_final = code == Errc::Rejected || code == Errc::InvalidArgument;
    (is_final ? failed_permanently_ : failed_temporarily_).add();
}

void Figures::observe(std::chrono::steady_clock::duration elapsed) {
    seconds_.observe(std::chrono::duration<double>(elapsed).count());
}

}  // namespace rialto::mail
