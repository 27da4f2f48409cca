#include "mail/smtp_dialogue.hpp"

#include <algorithm>
#include <charconv>

#include "mail/text.hpp"
#include "rialto/base/utf8.hpp"

namespace rialto::mail {
namespace {

constexpr std::size_t kShown = 500;
constexpr std::size_t kKept = 4096;  // of a reply: a relay may talk without end

}  // namespace

void SmtpDialogue::command(std::string_view bytes) {
    if (bytes.starts_with("MAIL ") || bytes.starts_with("RCPT "))
        stage_ = Stage::Envelope;
    else if (bytes.starts_with("DATA"))
        stage_ = Stage::Data;
    else if (bytes.starts_with("QUIT"))
        has_quit_ = true;
}

void SmtpDialogue::reply_line(std::string_view line) {
    if (has_quit_ || line.size() < 3)
        return;
    int code = 0;
    const auto parsed = std::from_chars(line.data(), line.data() + 3, code);
    if (parsed.ec != std::errc{} || parsed.ptr != line.data() + 3)
        return;
    const auto text = line.substr(std::min<std::size_t>(line.size(), 4));
    if (unfinished_.size() < kKept)
        unfinished_.append(" ").append(trim(text.substr(0, text.find_first_of("\r\n"))).substr(0, kKept));
    if (line.size() > 3 && line[3] == '-')
        return;
    code_ = code;
    words_ = std::to_string(code) + unfinished_;
    unfinished_.clear();
}

std::string SmtpDialogue::words() const { return std::string{utf8_prefix(single_line(words_), kShown)}; }

}  // namespace rialto::mail
