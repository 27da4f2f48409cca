#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "rialto/async/task.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/result.hpp"
#include "rialto/mail/mailer.hpp"
#include "rialto/mail/message.hpp"
#include "rialto/mail/template.hpp"
#include "rialto/storage/subscription_store.hpp"

namespace rialto::targets {

/// The texts of one kind of mail, unparsed.
struct LetterTexts {
    std::string subject;
    std::string text;
    std::string html;
};

/// What can be changed while mails go out.
struct LetterSettings {
    std::string from;  ///< A mail address.
    LetterTexts post;
    LetterTexts confirmation;
    std::string public_url;  ///< Where links lead, without a slash at the end.
};

/// A post as its subscribers read of it.
struct PostNews {
    std::string event_id;
    std::string post_id;
    std::string author;
    std::string title;
    std::string body;
    std::string topic;
};

/// Writes and sends the mails that subscribers get. Thread-safe.
class Letters {
public:
    /// Both references must outlive this. Before the first apply(), sending fails.
    Letters(mail::Mailer& mailer, const Clock& clock) : mailer_{mailer}, clock_{clock} {}

    /// What apply() would say of them.
    static Status check(const LetterSettings& settings);

    /// Takes new settings, or keeps the old ones: InvalidArgument names the template, the line and what is allowed.
    Status apply(const LetterSettings& settings);

    /// A post, to one of its topic's subscribers. The Message-ID is the same at each try. Errors as Mailer::send.
    Task<Status> send_post(PostNews news, storage::Subscription subscriber);

    /// The link that proves that the address wants the mails.
    Task<Status> send_confirmation(std::string event_id, storage::Subscription subscriber);

private:
    struct Letter {
        mail::Template subject;
        mail::Template text;
        mail::Template html;
    };
    struct Settings {
        mail::Address from;
        Letter post;
        Letter confirmation;
        std::string public_url;
    };
    static Result<std::shared_ptr<const Settings>> read(const LetterSettings& settings);
    static Result<Letter> parse(std::string_view name, const LetterTexts& texts);
    Result<mail::Message> compose(const Settings& settings, const Letter& letter, const mail::Template::Values& values,
                                  const storage::Subscription& subscriber, std::string_view event_id) const;
    std::shared_ptr<const Settings> settings() const;

    mail::Mailer& mailer_;
    const Clock& clock_;
    mutable std::mutex mutex_;  // guards the pointer below, for as long as it takes to copy it
    std::shared_ptr<const Settings> settings_;
};

}  // namespace rialto::targets
