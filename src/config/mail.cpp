#include "config/scalars.hpp"
#include "config/secrets.hpp"
#include "config/sections.hpp"

namespace rialto::config {

namespace {

/// The shape of an address; the mail room, which we do not know, checks every character when the server starts.
Result<std::string> mail_address(const Node& node) {
    auto text = line_of(3, 400)(node);
    if (!text)
        return must_be("a mail address, such as Rialto <rialto@example.org>", node);
    std::string_view mailbox = *text;
    const auto open = mailbox.rfind('<');
    if (open != std::string_view::npos && mailbox.ends_with('>'))
        mailbox = mailbox.substr(open + 1, mailbox.size() - open - 2);
    const auto at = mailbox.find('@');
    if (at == 0 || at == std::string_view::npos || at + 1 == mailbox.size() ||
        mailbox.find('@', at + 1) < mailbox.size() || mailbox.find_first_of(" \t<>,;") != std::string_view::npos)
        return must_be("a mail address, such as Rialto <rialto@example.org>", node);
    return text;
}

void read_relay(MapReader& map, Relay& relay) {
    if (!map.read("host", relay.host, name_of(255, ".-:")))
        map.problem(map.mark(), "host", "is missing: the name of the mail server");
    map.read("port", relay.port, port());
    map.read("security", relay.security,
             one_of<Security>({{"none", Security::None}, {"starttls", Security::StartTls}, {"tls", Security::Tls}}));
    map.read("caFile", relay.ca_file, file_beside(map.reading().folder));
    map.read("username", relay.username, line_of(0, 512));
    read_secret(map, "password", relay.password);
    map.read("helo", relay.helo, name_of(255, ".-"));
    map.read("connectTimeout", relay.connect_timeout, duration_in(100ms, 10min));
    map.read("timeout", relay.timeout, duration_in(1s, 1h));
    map.read("connections", relay.connections, number_in(1, 64));
}

void read_template(MapReader& map, MailTemplate& texts) {
    map.read("subject", texts.subject, line_of(1, 500));
    map.read("text", texts.text, text_of(1, 64 * kKiB));
    map.read("html", texts.html, text_of(0, 256 * kKiB));
}

void read_templates(MapReader& map, Mail& mail) {
    map.section("post", [&mail](MapReader& post) { read_template(post, mail.post); });
    map.section("confirmation", [&mail](MapReader& confirmation) { read_template(confirmation, mail.confirmation); });
}

}  // namespace

void read_mail(MapReader& map, Mail& mail) {
    map.read("from", mail.from, mail_address);
    const Node* relay = map.find("relay");
    if (relay != nullptr && !relay->is(Node::Kind::Null))
        MapReader::read_map(*relay, map.path_of("relay"), map.reading(),
                            [&mail](MapReader& keys) { read_relay(keys, mail.relay.emplace()); });
    map.section("templates", [&mail](MapReader& templates) { read_templates(templates, mail); });
    map.read("pendingLifetime", mail.pending_lifetime, duration_in(1min, std::chrono::days{365}));
    map.read("resendAfter", mail.resend_after, duration_in(1s, std::chrono::days{7}));
}

}  // namespace rialto::config
