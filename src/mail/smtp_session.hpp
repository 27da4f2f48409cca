#pragma once

#include <atomic>
#include <memory>

#include "rialto/base/result.hpp"
#include "rialto/mail/mailer.hpp"
#include "rialto/mail/message.hpp"

namespace rialto::mail {

/// One connection to the relay, opened when first needed, kept for the next mail and opened anew when it broke. Blocks.
/// For one thread at a time.
class SmtpSession {
public:
    /// Both must outlive the session. Once `stopping` is set, send() returns within a second.
    SmtpSession(const SmtpOptions& options, const std::atomic<bool>& stopping);

    /// Says QUIT if connected, and does not wait for the answer.
    ~SmtpSession();

    /// As Mailer::send().
    Status send(const Message& message);

private:
    struct Curl;
    std::unique_ptr<Curl> curl_;
};

}  // namespace rialto::mail
