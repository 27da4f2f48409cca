#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

#include "rialto/async/task.hpp"
#include "rialto/base/metrics.hpp"
#include "rialto/base/result.hpp"
#include "rialto/base/secret.hpp"
#include "rialto/mail/message.hpp"

namespace rialto::mail {

/// Takes a mail on. Thread-safe. The destructor sees to it that every send() is answered: done, or Unavailable.
class Mailer {
public:
    virtual ~Mailer() = default;

    /// Completes once the mail is out of our hands: the relay answered 250, or the file is on disk. Errors:
    /// Unavailable or TimedOut may be tried again (4xx, no connection, no disk space); Rejected is final (5xx). The
    /// message has the relay's own words. A 5xx before the mail itself, or one that asks for authentication, is a fault
    /// of the configuration and Unavailable. An address that is none is InvalidArgument. At least once: after a
    /// time-out the relay may have taken it.
    virtual Task<Status> send(const Message& message) = 0;

    /// Breaks off what is under way, within a second; from then on send() answers Unavailable. For a shutdown that
    /// cannot wait.
    virtual void stop() = 0;
};

struct SmtpOptions {
    enum class Security { None, StartTls, Tls };

    std::string host;
    std::uint16_t port = 587;
    Security security = Security::StartTls;  ///< StartTls is required, never opportunistic.
    std::string ca_file;                     ///< PEM; empty: the system's.
    std::string username;                    ///< Empty: no AUTH.
    Secret password;
    std::string helo;  ///< Name given in EHLO; empty: the host's.
    std::chrono::milliseconds connect_timeout{10'000};
    std::chrono::milliseconds timeout{60'000};  ///< Of one mail.
    std::size_t connections = 4;                ///< Each a thread that keeps its connection for the next mail.
    std::size_t queue = 256;                    ///< Beyond this send() answers Unavailable at once.
};

/// Sends by libcurl on threads of its own; never blocks the caller's thread. A mail that cannot get through holds up
/// one connection, no other. The destructor breaks off what is under way, within a second. The process must ignore
/// SIGPIPE, which TLS on a broken connection raises.
std::unique_ptr<Mailer> make_smtp_mailer(SmtpOptions options, metrics::Registry& metrics);

/// Writes each mail to `directory` as `<message id>.eml`: whole or not at all (written aside, synced, renamed), so the
/// same Message-ID again replaces the same file; characters other than A-Z a-z 0-9 . _ @ + - in it become _. Makes the
/// directory if it is missing. File work runs on a thread of its own.
std::unique_ptr<Mailer> make_outbox(std::filesystem::path directory, metrics::Registry& metrics);

}  // namespace rialto::mail
