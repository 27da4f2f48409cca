#include "mail/smtp_session.hpp"

#include <curl/curl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>

#include "mail/smtp_dialogue.hpp"
#include "mail/text.hpp"
#include "rialto/base/encoding.hpp"

namespace rialto::mail {
namespace {

using Stage = SmtpDialogue::Stage;

struct CleanUp {
    void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

std::string host_and_port(const SmtpOptions& options) {
    const bool is_ipv6 = options.host.find(':') != std::string::npos;
    return (is_ipv6 ? "[" + options.host + "]" : options.host) + ":" + std::to_string(options.port);
}

/// The path of an SMTP URL is the name given in EHLO.
std::string url(const SmtpOptions& options) {
    const bool is_tls = options.security == SmtpOptions::Security::Tls;
    return (is_tls ? "smtps://" : "smtp://") + host_and_port(options) + "/" + percent_encode(options.helo);
}

/// What is left of the mail to upload.
std::size_t read_mail(char* to, std::size_t size, std::size_t count, void* user) {
    auto& rest = *static_cast<std::string_view*>(user);
    const auto bytes = std::min(size * count, rest.size());
    std::memcpy(to, rest.data(), bytes);
    rest.remove_prefix(bytes);
    return bytes;
}

int note_dialogue(CURL*, curl_infotype type, char* data, std::size_t size, void* user) {
    auto& dialogue = *static_cast<SmtpDialogue*>(user);
    if (type == CURLINFO_HEADER_OUT)
        dialogue.command({data, size});
    else if (type == CURLINFO_HEADER_IN)
        dialogue.reply_line({data, size});
    return 0;
}

int abort_if_stopping(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<const std::atomic<bool>*>(user)->load() ? 1 : 0;
}

/// Replies to a mail that are about our right to send, not about the mail.
bool is_about_us(int code) { return code == 530 || code == 534 || code == 535 || code == 538; }

/// The mail's own fault, which the next try would meet again.
bool is_final(const SmtpDialogue& dialogue) {
    return dialogue.code() >= 500 && dialogue.stage() != Stage::Opening && !is_about_us(dialogue.code());
}

}  // namespace

struct SmtpSession::Curl {
    Curl(const SmtpOptions& o, const std::atomic<bool>& s) : options{o}, stopping{s} {}

    template <class Value>
    void set(CURLoption option, Value value) {
        is_ready = curl_easy_setopt(easy.get(), option, value) == CURLE_OK && is_ready;
    }

    void set_relay();
    void set_security();
    void set_limits();
    void set_callbacks();

    Status attempt(const Message& message, const std::string& text);
    Status outcome(CURLcode code) const;
    bool has_lost_idle_connection() const;

    const SmtpOptions& options;
    const std::atomic<bool>& stopping;
    bool is_ready = true;  ///< Every option was taken.
    SmtpDialogue dialogue;
    std::string_view rest;
    std::array<char, CURL_ERROR_SIZE> error{};
    std::unique_ptr<CURL, CleanUp> easy{curl_easy_init()};  // last: its farewell calls back into what is above
};

void SmtpSession::Curl::set_relay() {
    set(CURLOPT_URL, url(options).c_str());
    set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(CURLOPT_PROXY, "");  // the environment has no say
    if (options.username.empty())
        return;
    set(CURLOPT_USERNAME, options.username.c_str());
    set(CURLOPT_PASSWORD, options.password.reveal().c_str());
    set(CURLOPT_SASL_IR, 1L);  // with the command itself: one round trip less
}

void SmtpSession::Curl::set_security() {
    set(CURLOPT_USE_SSL,
        static_cast<long>(options.security == SmtpOptions::Security::None ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!options.ca_file.empty())
        set(CURLOPT_CAINFO, options.ca_file.c_str());
}

void SmtpSession::Curl::set_limits() {
    constexpr long kMaxIdleSeconds = 60;  // relays hang up on idle clients after some minutes
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(options.timeout).count();
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(options.timeout.count()));
    set(CURLOPT_SERVER_RESPONSE_TIMEOUT,
        static_cast<long>(seconds));  // of QUIT as well, which the limit above leaves out
    set(CURLOPT_MAXAGE_CONN, kMaxIdleSeconds);
    set(CURLOPT_NOSIGNAL, 1L);
}

void SmtpSession::Curl::set_callbacks() {
    set(CURLOPT_UPLOAD, 1L);
    set(CURLOPT_READFUNCTION, &read_mail);
    set(CURLOPT_READDATA, &rest);
    set(CURLOPT_DEBUGFUNCTION, &note_dialogue);
    set(CURLOPT_DEBUGDATA, &dialogue);
    set(CURLOPT_VERBOSE, 1L);
    set(CURLOPT_XFERINFOFUNCTION, &abort_if_stopping);
    set(CURLOPT_XFERINFODATA, &stopping);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_ERRORBUFFER, error.data());
}

Status SmtpSession::Curl::attempt(const Message& message, const std::string& text) {
    const std::unique_ptr<curl_slist, CleanUp> to{curl_slist_append(nullptr, message.to.mailbox.c_str())};
    set(CURLOPT_MAIL_FROM, message.from.mailbox.c_str());
    set(CURLOPT_MAIL_RCPT, to.get());
    set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(text.size()));
    if (!is_ready || !to)
        return Error{Errc::Unavailable, "libcurl did not take the options for SMTP"};

    dialogue = {};
    rest = text;
    error[0] = '\0';
    auto status = outcome(curl_easy_perform(easy.get()));
    set(CURLOPT_MAIL_RCPT, nullptr);  // it points into `to`
    return status;
}

Status SmtpSession::Curl::outcome(CURLcode code) const {
    if (code == CURLE_OK)
        return {};
    if (stopping)
        return Error{Errc::Unavailable, "the mailer is stopping"};
    const auto relay = "mail relay " + host_and_port(options);
    if (is_final(dialogue))
        return Error{Errc::Rejected, relay + " answered: " + dialogue.words()};
    if (dialogue.code() >= 400) {
        const bool is_mail = dialogue.stage() != Stage::Opening && !is_about_us(dialogue.code());
        return Error{Errc::Unavailable,
                     relay + (is_mail ? " answered: " : " does not accept us as its client: ") + dialogue.words()};
    }
    const auto reason = single_line(error[0] != '\0' ? error.data() : curl_easy_strerror(code));
    return Error{code == CURLE_OPERATION_TIMEDOUT ? Errc::TimedOut : Errc::Unavailable, relay + ": " + reason};
}

/// The relay hung up, or announced it (421), while the connection waited for this mail. As nothing of the mail was
/// taken, sending it again cannot send it twice.
bool SmtpSession::Curl::has_lost_idle_connection() const {
    long opened = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_NUM_CONNECTS, &opened);
    return opened == 0 && dialogue.stage() < Stage::Data && (dialogue.code() == 0 || dialogue.code() == 421) &&
           !stopping;
}

SmtpSession::SmtpSession(const SmtpOptions& options, const std::atomic<bool>& stopping)
    : curl_{std::make_unique<Curl>(options, stopping)} {
    if (!curl_->easy) {
        curl_->is_ready = false;
        return;
    }
    curl_->set_relay();
    curl_->set_security();
    curl_->set_limits();
    curl_->set_callbacks();
}

SmtpSession::~SmtpSession() {
    curl_socket_t socket = CURL_SOCKET_BAD;
    // Without it a relay that has gone silent would hold us up for two minutes.
    if (curl_easy_getinfo(curl_->easy.get(), CURLINFO_ACTIVESOCKET, &socket) == CURLE_OK && socket != CURL_SOCKET_BAD)
        ::shutdown(socket, SHUT_RD);
}

Status SmtpSession::send(const Message& message) {
    for (const auto* address : {&message.from, &message.to}) {
        if (auto parsed = Address::parse(address->mailbox); !parsed)
            return std::move(parsed).error().within(single_line(address->mailbox));
    }
    const auto text = to_rfc5322(message);
    auto status = curl_->attempt(message, text);
    if (status || !curl_->has_lost_idle_connection())
        return status;
    curl_->set(CURLOPT_FRESH_CONNECT, 1L);
    status = curl_->attempt(message, text);
    curl_->set(CURLOPT_FRESH_CONNECT, 0L);
    return status;
}

}  // namespace rialto::mail
