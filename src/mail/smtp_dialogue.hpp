#pragma once

#include <string>
#include <string_view>

namespace rialto::mail {

/// What relay and we said to each other about one mail, as far as the outcome depends on it: how far we came, and the
/// relay's last reply.
class SmtpDialogue {
public:
    /// Opening: greeting, EHLO, STARTTLS, AUTH. Envelope: MAIL and RCPT.
    enum class Stage { Opening, Envelope, Data };

    /// `bytes` are one or more whole lines of ours. They may hold a password, so only the verb is looked at.
    void command(std::string_view bytes);

    /// One line of a reply, maybe one of several.
    void reply_line(std::string_view line);

    Stage stage() const { return stage_; }

    /// Of the last whole reply; 0 if there was none.
    int code() const { return code_; }

    /// The last whole reply as one line of at most 500 bytes, fit to be shown.
    std::string words() const;

private:
    Stage stage_ = Stage::Opening;
    bool has_quit_ = false;  ///< The answer to our QUIT says nothing about the mail.
    int code_ = 0;
    std::string words_;
    std::string unfinished_;  ///< Text of the lines of a reply so far.
};

}  // namespace rialto::mail
