#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <exception>
#include <functional>
#include <optional>
#include <vector>

#include "rialto/mail/mailer.hpp"

namespace rialto::mail {

/// Sends all at the same time and waits for all; the outcomes in the order in which they came. `when_all_wait` is
/// called once the mailer has all of them.
inline std::vector<Status> send_all(
    Mailer& mailer, const std::vector<Message>& messages, const std::function<void()>& when_all_wait = [] {}) {
    asio::io_context loop;
    std::vector<Status> outcomes;
    for (const auto& message : messages) {
        asio::co_spawn(loop, mailer.send(message),
                       [&outcomes](std::exception_ptr failure, std::optional<Status> status) {
                           if (failure)
                               std::rethrow_exception(failure);
                           outcomes.push_back(std::move(*status));
                       });
    }
    asio::post(loop, when_all_wait);
    loop.run();
    return outcomes;
}

inline Status send(Mailer& mailer, const Message& message) { return send_all(mailer, {message}).front(); }

inline Message sample_message() {
    using namespace std::chrono_literals;
    return {.from = {"Rialto", "rialto@example.org"},
            .to = {"Zoë Müller", "zoe@example.net"},
            .subject = "New post",
            .message_id = "0198c0de.1@rialto.example.org",
            .date = TimePoint{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31}} + 8h + 15min + 30s,
            .text = "Hello\n",
            .html = "<p>Hello</p>\n",
            .headers = {}};
}

}  // namespace rialto::mail
