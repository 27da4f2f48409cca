#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace rialto::mail {

/// An SMTP server on the loopback that says what the test wants. One thread a connection, blocking sockets.
class FakeRelay {
public:
    /// What to say to a line of the client's; 354 asks for a mail. Multi-line replies have their own line ends.
    struct Reply {
        std::string text;
        bool hang_up = false;  ///< After the text, if there is any. No text and no hanging up: say nothing.
    };

    /// The verb is the line's first word in capitals, "GREETING" when the client has come, "MESSAGE" when a mail is
    /// whole, and "CONTENT" for each line of a mail, whose reply is only looked at for hanging up.
    using Script = std::function<Reply(std::string_view verb, std::string_view line)>;

    /// Takes every mail.
    static Reply agree(std::string_view verb, std::string_view line);

    explicit FakeRelay(Script script = agree);
    ~FakeRelay();
    FakeRelay(const FakeRelay&) = delete;
    FakeRelay& operator=(const FakeRelay&) = delete;

    std::uint16_t port() const { return port_; }
    std::size_t connections() const;
    std::vector<std::string> commands() const;

    /// As the author wrote them: dots unstuffed.
    std::vector<std::string> mails() const;

private:
    void accept_all();
    void serve(int socket);
    Reply say(int socket, std::string_view verb, std::string_view line);
    bool receive_mail(int socket, std::string& buffer);

    const Script script_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    mutable std::mutex mutex_;  // guards what follows, up to acceptor_
    std::vector<std::string> commands_;
    std::vector<std::string> mails_;
    std::vector<int> sockets_;
    std::vector<std::jthread> servers_;
    std::jthread acceptor_;
};

}  // namespace rialto::mail
