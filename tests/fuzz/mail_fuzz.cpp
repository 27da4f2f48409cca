#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rialto/mail/message.hpp"
#include "rialto/mail/template.hpp"

using namespace rialto;
using namespace rialto::mail;

namespace {

void require(bool claim) {
    if (!claim)
        std::abort();
}

void check_address(std::string_view text) {
    const auto address = Address::parse(text);
    if (!address)
        return;
    const auto again = Address::parse(address->mailbox);
    require(again && again->mailbox == address->mailbox);
}

/// Lines of at most 998 printable characters; in the header only our own fields, each once.
void check_message(std::string_view text) {
    int subjects = 0;
    bool in_header = true;
    for (std::size_t end = 0; (end = text.find("\r\n")) != std::string_view::npos; text.remove_prefix(end + 2)) {
        const auto line = text.substr(0, end);
        require(line.size() <= 998);
        for (const char c : line)
            require((c >= ' ' && c <= '~') || c == '\t');
        in_header = in_header && !line.empty();
        if (in_header && !line.starts_with(' ')) {
            subjects += line.starts_with("Subject:") ? 1 : 0;
            require(!line.starts_with("Bcc"));
        }
    }
    require(text.empty() && subjects == 1);
}

void check_template(std::string_view text) {
    static constexpr std::string_view kNames[] = {"title", "a"};
    if (const auto parsed = Template::parse(text, kNames))
        (void)parsed->render({{"title", std::string{text}}}, Template::Escape::Html);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text{reinterpret_cast<const char*>(data), size};
    check_address(text);
    check_template(text);
    const Message message{.from = {text, text},
                          .to = {text, "zoe@example.net"},
                          .subject = text,
                          .message_id = text,
                          .date = TimePoint{},
                          .text = text,
                          .html = text,
                          .headers = {{"X-Topic", text}}};
    check_message(to_rfc5322(message));
    return 0;
}
