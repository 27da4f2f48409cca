#include <catch2/catch.hpp>
#include <string>

#include "rialto/mail/message.hpp"

using namespace rialto;
using namespace rialto::mail;

TEST_CASE("an address is a mailbox, with or without a name", "[mail]") {
    const auto [text, name, mailbox] = GENERATE(table<std::string, std::string, std::string>({
        {"zoe@example.net", "", "zoe@example.net"},
        {"  zoe@example.net\t", "", "zoe@example.net"},
        {"<zoe@example.net>", "", "zoe@example.net"},
        {"Zoë <zoe@example.net>", "Zoë", "zoe@example.net"},
        {"Zoë Müller<zoe@example.net>", "Zoë Müller", "zoe@example.net"},
        {"\"Müller, Zoë\" <zoe@example.net>", "Müller, Zoë", "zoe@example.net"},
        {"\"a \\\"b\\\\ <c@d>\" <zoe@example.net>", "a \"b\\ <c@d>", "zoe@example.net"},
        {"\"\" <zoe@example.net>", "", "zoe@example.net"},
        {"root@localhost", "", "root@localhost"},
        {"zoe+news.2026_x@mail-1.example.co.uk", "", "zoe+news.2026_x@mail-1.example.co.uk"},
        {"!#$%&'*+-/=?^_`{|}~@example.net", "", "!#$%&'*+-/=?^_`{|}~@example.net"},
        {"a@xn--mller-kva.example", "", "a@xn--mller-kva.example"},
        {"a@1.2", "", "a@1.2"},
        {std::string(64, 'l') + "@example.net", "", std::string(64, 'l') + "@example.net"},
    }));
    CAPTURE(text);

    const auto address = Address::parse(text);

    REQUIRE(address);
    CHECK(address->name == name);
    CHECK(address->mailbox == mailbox);
}

TEST_CASE("what is no address is refused with the reason", "[mail]") {
    const auto long_domain =
        std::string(63, 'a') + "." + std::string(63, 'b') + "." + std::string(63, 'c') + "." + std::string(64, 'd');
    const auto [text, reason] = GENERATE_COPY(table<std::string, std::string>({
        {"", "there is no @"},
        {"   ", "there is no @"},
        {"zoe", "there is no @"},
        {"zoe@", "the domain is not"},
        {"@example.net", "the part before the @"},
        {".zoe@example.net", "joined by single dots"},
        {"zoe.@example.net", "joined by single dots"},
        {"z..oe@example.net", "joined by single dots"},
        {"z oe@example.net", "the part before the @"},
        {"\"z oe\"@example.net", "the part before the @"},
        {"zoe(work)@example.net", "the part before the @"},
        {"a@b@example.net", "the part before the @"},
        {"zoe@example..net", "the domain is not"},
        {"zoe@.example.net", "the domain is not"},
        {"zoe@example.net.", "the domain is not"},
        {"zoe@-example.net", "the domain is not"},
        {"zoe@example-.net", "the domain is not"},
        {"zoe@exa_mple.net", "the domain is not"},
        {"zoe@[127.0.0.1]", "the domain is not"},
        {"zoe@" + std::string(64, 'd') + ".net", "the domain is not"},
        {"zoe@" + long_domain, "longer than 255"},
        {std::string(65, 'l') + "@example.net", "longer than 64"},
        {"zoë@example.net", "xn--"},
        {"zoe@exämple.net", "xn--"},
        {"zoe@example.net>", "a > without its <"},
        {"<<zoe@example.net>", "double quotes"},
        {"<zoe@example.net", "the part before the @"},
        {"Zoe <zoe@example.net> x", "the part before the @"},
        {"Müller, Zoë <zoe@example.net>", "double quotes"},
        {"Zoe (work) <zoe@example.net>", "double quotes"},
        {"\"Zoe <zoe@example.net>", "double quotes"},
        {"\"a\"b\" <zoe@example.net>", "inside its quotes"},
        {"\"a\\\" <zoe@example.net>", "closing quote"},
        {"Zoe\r\nBcc: eve@example.net <zoe@example.net>", "control character"},
        {"zoe@example.net\r\nBcc: eve@example.net", "control character"},
        {std::string{"zoe\0@example.net", 16}, "control character"},
        {"Zo\u2028e <zoe@example.net>", "control character"},
        {"Zo\u0085e <zoe@example.net>", "control character"},
        {"Zo\xFF <zoe@example.net>", "UTF-8"},
    }));
    CAPTURE(text);

    const auto address = Address::parse(text);

    REQUIRE_FALSE(address);
    CHECK(address.error().code == Errc::InvalidArgument);
    CHECK_THAT(address.error().message, Catch::Contains(reason));
}
