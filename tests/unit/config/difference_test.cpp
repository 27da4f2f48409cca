#include <catch2/catch.hpp>

#include "rialto/config/config.hpp"

using namespace rialto;
using namespace rialto::config;

TEST_CASE("nothing needs a restart when nothing changed", "[config]") {
    CHECK(needs_restart(Config{}, Config{}).empty());
}

TEST_CASE("rules, origins, log level and the texts of mails can change while the server runs", "[config]") {
    Config next;
    next.buses.clear();
    next.log.level = log::Level::Debug;
    next.websocket.origins = {"*"};
    next.mail.from = "a@b";
    next.mail.post.subject = "x";
    next.mail.confirmation.text = "x";

    CHECK(needs_restart({}, next).empty());
    CHECK(reloaded({}, next) == next);
}

TEST_CASE("a reload to another account or region is refused", "[config]") {
    Config account;
    account.aws.account = "111111111111";
    Config region;
    region.aws.region = "eu-west-1";
    Config other;
    other.aws.quotas.buses = 1;
    other.server.port = 1;

    CHECK(check_reload({}, account).error().message ==
          "aws.account is 000000000000, and only a restart can make it 111111111111");
    CHECK(check_reload({}, region).error().message ==
          "aws.region is us-east-1, and only a restart can make it eu-west-1");
    CHECK(check_reload({}, other));
    CHECK(check_reload(account, account));
}

TEST_CASE("what only a restart can change is named and left as it was", "[config]") {
    Config next;
    next.server.port = 1;
    next.storage.data_dir = "elsewhere";
    next.mail.relay = Relay{};
    next.websocket.queue = 1;
    next.log.level = log::Level::Error;

    CHECK(needs_restart({}, next) ==
          std::vector<std::string>{"server.listen", "storage.dataDir", "mail.relay", "websocket.queue"});
    Config expected;
    expected.log.level = log::Level::Error;
    CHECK(reloaded({}, next) == expected);
}
