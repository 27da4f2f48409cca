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
