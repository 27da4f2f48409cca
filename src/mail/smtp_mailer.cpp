#include <curl/curl.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <vector>

#include "mail/figures.hpp"
#include "mail/smtp_session.hpp"
#include "rialto/async/worker_pool.hpp"
#include "rialto/mail/mailer.hpp"

namespace rialto::mail {
namespace {

/// As many sessions as threads at most: a mail takes an idle one, or opens one, and gives it back.
class SmtpMailer final : public Mailer {
public:
    SmtpMailer(SmtpOptions options, metrics::Registry& metrics)
        : options_{std::move(options)},
          figures_{metrics},
          pool_{{.name = "mail", .threads = options_.connections, .queue = options_.queue}} {}

    ~SmtpMailer() override { stop(); }  // the pool's destructor then runs through what is queued

    Task<Status> send(const Message& message) override {
        auto deliver_copy = [this, message] { return deliver(message); };
        auto figures = figures_;  // the mailer may be gone when the answer comes
        Status sent = co_await pool_.run(std::move(deliver_copy));
        figures.count(sent);
        co_return sent;
    }

    void stop() override { stopping_ = true; }

private:
    Status deliver(const Message& message) {
        if (stopping_)
            return Error{Errc::Unavailable, "the mailer is stopping"};
        const auto start = std::chrono::steady_clock::now();
        auto session = take_session();
        auto sent = session->send(message);
        give_back(std::move(session));
        figures_.observe(std::chrono::steady_clock::now() - start);
        return sent;
    }

    std::unique_ptr<SmtpSession> take_session() {
        {
            const std::lock_guard lock{mutex_};
            if (!idle_.empty()) {
                auto session = std::move(idle_.back());
                idle_.pop_back();
                return session;
            }
        }
        return std::make_unique<SmtpSession>(options_, stopping_);
    }

    // The last one back is the first to go out, so that in quiet times one connection does all the work.
    void give_back(std::unique_ptr<SmtpSession> session) {
        const std::lock_guard lock{mutex_};
        idle_.push_back(std::move(session));
    }

    const SmtpOptions options_;
    Figures figures_;
    std::atomic<bool> stopping_ = false;
    std::mutex mutex_;  // guards idle_
    std::vector<std::unique_ptr<SmtpSession>> idle_;
    WorkerPool pool_;  // last: its jobs use everything above
};

}  // namespace

std::unique_ptr<Mailer> make_smtp_mailer(SmtpOptions options, metrics::Registry& metrics) {
    curl_global_init(
        CURL_GLOBAL_DEFAULT);  // counted and thread-safe in libcurl; what it sets up is for the whole process
    return std::make_unique<SmtpMailer>(std::move(options), metrics);
}

}  // namespace rialto::mail
