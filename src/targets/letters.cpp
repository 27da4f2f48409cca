#include "rialto/targets/letters.hpp"

#include <array>
#include <utility>

#include "rialto/base/encoding.hpp"
#include "rialto/base/utf8.hpp"

namespace rialto::targets {
namespace {

constexpr std::array<std::string_view, 9> kPlaceholders{"title",   "author",         "topic",      "body", "excerpt",
                                                        "postUrl", "unsubscribeUrl", "confirmUrl", "email"};
constexpr std::size_t kExcerptBytes = 280;

/// The beginning of a text, cut at a space where there is one.
std::string excerpt_of(std::string_view text) {
    std::string_view cut = utf8_prefix(text, kExcerptBytes);
    if (cut.size() == text.size())
        return std::string{text};
    if (const auto space = cut.rfind(' '); space != std::string_view::npos && space > kExcerptBytes / 2)
        cut = cut.substr(0, space);
    return std::string{cut} + "…";
}

std::string domain_of(const mail::Address& address) { return address.mailbox.substr(address.mailbox.rfind('@') + 1); }

std::string token_link(const std::string& base, std::string_view action, const storage::Subscription& subscriber) {
    return base + "/subscriptions/" + std::string{action} + "?token=" + percent_encode(subscriber.token);
}

}  // namespace

Status Letters::check(const LetterSettings& settings) {
    const auto checked = read(settings);
    return checked ? Status{} : Status{checked.error()};
}

Status Letters::apply(const LetterSettings& settings) {
    auto next = read(settings);
    if (!next)
        return std::move(next).error();
    const std::lock_guard lock{mutex_};
    settings_ = std::move(*next);
    return {};
}

Result<std::shared_ptr<const Letters::Settings>> Letters::read(const LetterSettings& settings) {
    auto from = mail::Address::parse(settings.from);
    if (!from)
        return std::move(from).error().within("mail.from");
    auto post = parse("post", settings.post);
    if (!post)
        return std::move(post).error();
    auto confirmation = parse("confirmation", settings.confirmation);
    if (!confirmation)
        return std::move(confirmation).error();
    return std::make_shared<const Settings>(
        Settings{std::move(*from), std::move(*post), std::move(*confirmation), settings.public_url});
}

Result<Letters::Letter> Letters::parse(std::string_view name, const LetterTexts& texts) {
    Letter letter;
    const auto read = [name](std::string_view part, const std::string& text, mail::Template& into) -> Status {
        auto parsed = mail::Template::parse(text, kPlaceholders);
        if (!parsed)
            return std::move(parsed).error().within("mail.templates." + std::string{name} + "." + std::string{part});
        into = std::move(*parsed);
        return {};
    };
    Status status = read("subject", texts.subject, letter.subject);
    if (status)
        status = read("text", texts.text, letter.text);
    if (status)
        status = read("html", texts.html, letter.html);
    if (!status)
        return std::move(status).error();
    return letter;
}

Task<Status> Letters::send_post(PostNews news, storage::Subscription subscriber) {
    const auto current = settings();
    if (!current)
        co_return Error{Errc::Unavailable, "mail is not set up yet"};
    const std::string unsubscribe = token_link(current->public_url, "unsubscribe", subscriber);
    const mail::Template::Values values{{"title", news.title},
                                        {"author", news.author},
                                        {"topic", news.topic},
                                        {"body", news.body},
                                        {"excerpt", excerpt_of(news.body)},
                                        {"postUrl", current->public_url + "/posts/" + percent_encode(news.post_id)},
                                        {"unsubscribeUrl", unsubscribe},
                                        {"email", subscriber.email}};
    auto message = compose(*current, current->post, values, subscriber, news.event_id);
    if (!message)
        co_return std::move(message).error();
    message->headers.emplace_back("List-Unsubscribe", "<" + unsubscribe + ">");
    message->headers.emplace_back("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");  // RFC 8058
    message->headers.emplace_back("List-Id",
                                  "<" + to_hex(news.topic).substr(0, 60) + ".topics." + domain_of(current->from) + ">");
    message->headers.emplace_back("Precedence", "list");
    co_return co_await mailer_.send(*message);
}

Task<Status> Letters::send_confirmation(std::string event_id, storage::Subscription subscriber) {
    const auto current = settings();
    if (!current)
        co_return Error{Errc::Unavailable, "mail is not set up yet"};
    const mail::Template::Values values{{"topic", subscriber.topic},
                                        {"email", subscriber.email},
                                        {"confirmUrl", token_link(current->public_url, "confirm", subscriber)},
                                        {"unsubscribeUrl", token_link(current->public_url, "unsubscribe", subscriber)}};
    const auto message = compose(*current, current->confirmation, values, subscriber, event_id);
    if (!message)
        co_return message.error();
    co_return co_await mailer_.send(*message);
}

Result<mail::Message> Letters::compose(const Settings& settings, const Letter& letter,
                                       const mail::Template::Values& values, const storage::Subscription& subscriber,
                                       std::string_view event_id) const {
    auto to = mail::Address::parse(subscriber.email);
    if (!to)
        return std::move(to).error();
    using Escape = mail::Template::Escape;
    mail::Message message;
    message.from = settings.from;
    message.to = std::move(*to);
    message.subject = letter.subject.render(values, Escape::None);
    message.message_id = std::string{event_id} + "." + subscriber.id + "@" + domain_of(settings.from);
    message.date = clock_.now();
    message.text = letter.text.render(values, Escape::None);
    message.html = letter.html.render(values, Escape::Html);
    message.headers.emplace_back("Auto-Submitted", "auto-generated");  // RFC 3834: answering machines stay silent
    return message;
}

std::shared_ptr<const Letters::Settings> Letters::settings() const {
    const std::lock_guard lock{mutex_};
    return settings_;
}

}  // namespace rialto::targets
