#include "rialto/config/config.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <map>

using namespace rialto;
using namespace rialto::config;

namespace {

const std::filesystem::path kData = std::filesystem::path{RIALTO_TEST_DATA} / "config";
const std::filesystem::path kRoot = std::filesystem::path{RIALTO_TEST_DATA}.parent_path().parent_path();

std::optional<std::string> nothing_set(std::string_view) { return std::nullopt; }

Config read(std::string_view text) {
    auto config = parse(text, "rialto.yaml", nothing_set);
    INFO((config ? std::string{} : config.error().message));
    REQUIRE(config);
    return *std::move(config);
}

}  // namespace

TEST_CASE("an empty file gives the defaults", "[config]") {
    CHECK(read("") == Config{});
    CHECK(read("# nothing but a comment\n") == Config{});
    CHECK(read("---\n") == Config{});
    CHECK(read("\xEF\xBB\xBFserver:\n") == Config{});
    CHECK(read("mail:\nserver: {}\n") == Config{});
}

TEST_CASE("the file that we ship says what happens without one", "[config]") {
    const auto shipped = load(kRoot / "config/rialto.yaml", nothing_set);

    INFO((shipped ? std::string{} : shipped.error().message));
    REQUIRE(shipped);
    CHECK(shipped->buses == default_buses());
    CHECK(*shipped == Config{});
}

TEST_CASE("every setting can be given", "[config]") {
    const auto config = load(kData / "full.yaml", nothing_set);

    INFO((config ? std::string{} : config.error().message));
    REQUIRE(config);
    CHECK(config->server.address == "::1");
    CHECK(config->server.port == 9000);
    CHECK(config->server.public_url == "https://news.example.org");
    CHECK(config->server.tls.certificate == (kData / "chain.pem").string());
    CHECK(config->server.tls.key == "/etc/key.pem");
    CHECK(config->server.max_body == 2 << 20);
    CHECK(config->server.shutdown_grace == 500ms);
    CHECK_FALSE(config->server.access_log);
    CHECK(config->aws.account == "123456789012");
    CHECK(config->aws.quotas == model::Quotas{.buses = 7,
                                              .rules_per_bus = 6,
                                              .targets_per_rule = 4,
                                              .connections = 3,
                                              .api_destinations = 2,
                                              .endpoints = 1,
                                              .concurrent_replays = 5});
    CHECK(config->log.level == log::Level::Debug);
    REQUIRE(config->mail.relay);
    CHECK(config->mail.relay->security == Security::Tls);
    CHECK(config->mail.relay->password.reveal() == "open sesame");
    CHECK(config->mail.post.html.empty());
    CHECK(config->mail.pending_lifetime == 24h);
    CHECK(config->websocket.origins.size() == 2);
    CHECK(config->delivery.longest_wait == 1h);
    CHECK(config->delivery.dead_letters == Retention{.entries = 20, .age = 2h});
    CHECK(config->feed.heartbeat == 5s);
    CHECK(config->feed.history == Retention{.entries = 30, .age = 3h});
}

TEST_CASE("a file that is not there is told from a wrong one", "[config]") {
    const auto missing = load(kData / "missing.yaml", nothing_set);
    const auto folder = load(kData, nothing_set);

    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == Errc::NotFound);
    REQUIRE_FALSE(folder);
    CHECK(folder.error().code == Errc::InvalidArgument);
}

TEST_CASE("variables are put into values before these are read", "[config]") {
    const std::map<std::string, std::string, std::less<>> variables{
        {"PORT", "9001"}, {"EMPTY", ""}, {"SECRET", "a: [b"}};
    const Environment environment = [&variables](std::string_view name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional{found->second};
    };

    const auto config = parse(
        "server: {listen: '127.0.0.1:${PORT}', threads: '${THREADS:-3}'}\n"
        "mail: {relay: {host: h, username: '${EMPTY:-joe}', password: '${SECRET}$$5$'}}\n",
        "x", environment);

    INFO((config ? std::string{} : config.error().message));
    REQUIRE(config);
    CHECK(config->server.port == 9001);
    CHECK(config->server.threads == 3);
    CHECK(config->mail.relay->username == "joe");
    CHECK(config->mail.relay->password.reveal() == "a: [b$5$");
}

TEST_CASE("only an IP address and a port can be listened on", "[config]") {
    Server server;
    for (const auto* wrong : {"", ":", "8080", "localhost:80", "1.2.3.4:", "1.2.3.4:65536", "1.2.3.4:+1", "::1:80",
                              "[1.2.3.4]:80", "1.2.3:80", "[::1]80"})
        CHECK_FALSE(listen_on(server, wrong));
    CHECK(server == Server{});

    CHECK(listen_on(server, "[::]:0"));
    CHECK(server.address == "::");
    CHECK(server.port == 0);
}

TEST_CASE("links lead to localhost unless the file says where", "[config]") {
    Server server;
    CHECK(public_url(server, 8081) == "http://localhost:8081");
    server.tls = {.certificate = "c", .key = "k"};
    CHECK(public_url(server, 8081) == "https://localhost:8081");
    server.public_url = "https://example.org";
    CHECK(public_url(server, 8081) == "https://example.org");
}
