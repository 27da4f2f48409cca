#include "rialto/config/config.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <system_error>

#include "config/read_config.hpp"
#include "config/scalars.hpp"
#include "config/sections.hpp"
#include "config/variables.hpp"

namespace rialto::config {

namespace {

Result<std::string> account(const Node& node) {
    if (!node.is(Node::Kind::Scalar) || node.text.size() != 12 ||
        node.text.find_first_not_of("0123456789") != std::string::npos)
        return must_be("12 digits", node);
    return node.text;
}

void read_quotas(MapReader& map, model::Quotas& quotas) {
    const auto most = number_in(1, 1'000'000);
    map.read("buses", quotas.buses, most);
    map.read("rulesPerBus", quotas.rules_per_bus, most);
    map.read("targetsPerRule", quotas.targets_per_rule, number_in(1, 1'000));
    map.read("connections", quotas.connections, most);
    map.read("apiDestinations", quotas.api_destinations, most);
    map.read("endpoints", quotas.endpoints, most);
    map.read("concurrentReplays", quotas.concurrent_replays, number_in(1, 1'000));
}

void read_aws(MapReader& map, Aws& aws) {
    map.read("account", aws.account, account);
    map.read("region", aws.region, name_of(32, "-"));
    map.section("quotas", [&aws](MapReader& keys) { read_quotas(keys, aws.quotas); });
}

void read_log(MapReader& map, Log& log) {
    map.read("level", log.level,
             one_of<log::Level>({{"debug", log::Level::Debug},
                                 {"info", log::Level::Info},
                                 {"warn", log::Level::Warn},
                                 {"error", log::Level::Error}}));
    map.read("format", log.format, one_of<log::Format>({{"text", log::Format::Text}, {"json", log::Format::Json}}));
}

void read_retention(MapReader& map, Retention& retention) {
    map.read("entries", retention.entries, number_in(1, 100'000'000));
    map.read("age", retention.age, duration_in(1min, std::chrono::days{3650}));
}

void read_delivery(MapReader& map, Delivery& delivery) {
    map.read("concurrency", delivery.concurrency, number_in(1, 1'000));
    map.read("memoryQueue", delivery.memory_queue, number_in(1, 1'000'000));
    map.read("firstWait", delivery.first_wait, duration_in(10ms, 1h));
    map.read("longestWait", delivery.longest_wait, duration_in(10ms, 24h));
    if (delivery.longest_wait < delivery.first_wait)
        map.problem(map.mark(), "longestWait", "must not be shorter than firstWait");
    map.read("memory", delivery.memory, size_in(1 * kMiB, 64 * kGiB));
    map.read("maxBacklog", delivery.max_backlog, number_in(1, 1'000'000'000));
    map.section("breaker", [&delivery](MapReader& keys) { read_breaker(keys, delivery.breaker); });
    map.section("deadLetters", [&delivery](MapReader& keys) {
        read_retention(keys, delivery.dead_letters);
        keys.read("size", delivery.dead_letters.size, size_in(1 * kMiB, 1024 * kGiB));
    });
    map.section("attempts", [&delivery](MapReader& keys) {
        keys.read("recent", delivery.attempts.recent, number_in(0, 1'000'000));
        keys.read("failed", delivery.attempts.failed, number_in(0, 1'000'000'000));
    });
}

void read_storage(MapReader& map, Storage& storage) {
    std::string folder = storage.data_dir.string();
    map.read("dataDir", folder, line_of(1, 4096));
    storage.data_dir = folder;
    map.read("minFree", storage.min_free, size_in(0, 1024 * kGiB));
}

void read_feed(MapReader& map, Feed& feed) {
    map.read("maxWaiters", feed.max_waiters, number_in(1, 100'000));
    map.read("heartbeat", feed.heartbeat, duration_in(100ms, 1h));
    map.section("history", [&feed](MapReader& keys) { read_retention(keys, feed.history); });
}

void read_testing(MapReader& map, Testing& testing) {
    map.read("enabled", testing.enabled, flag());
    map.read("clock", testing.virtual_clock, one_of<bool>({{"system", false}, {"virtual", true}}));
    if (testing.virtual_clock && !testing.enabled)
        map.problem(map.mark(), "clock", "is virtual, but testing is not enabled, so that nobody could put it forward");
}

void read_root(MapReader& map, Config& config) {
    map.section("server", [&config](MapReader& keys) { read_server(keys, config.server); });
    map.section("storage", [&config](MapReader& keys) { read_storage(keys, config.storage); });
    map.section("aws", [&config](MapReader& keys) { read_aws(keys, config.aws); });
    map.section("log", [&config](MapReader& keys) { read_log(keys, config.log); });
    map.section("mail", [&config](MapReader& keys) { read_mail(keys, config.mail); });
    map.section("entities", [&config](MapReader& keys) { read_entities(keys, config.entities); });
    map.section("delivery", [&config](MapReader& keys) { read_delivery(keys, config.delivery); });
    map.section("outbound", [&config](MapReader& keys) {
        keys.read("allowLocal", config.outbound.allow_local, flag());
        keys.read("caFile", config.outbound.ca_file, file_beside(keys.reading().folder));
    });
    map.section("websocket", [&config](MapReader& keys) { read_websocket(keys, config.websocket); });
    map.section("posts", [&config](MapReader& keys) {
        keys.read("idempotencyLifetime", config.posts.idempotency_lifetime, duration_in(1min, std::chrono::days{365}));
    });
    map.section("feed", [&config](MapReader& keys) { read_feed(keys, config.feed); });
    map.reading().account = config.aws.account;
    map.reading().region = config.aws.region;
    map.section("testing", [&config](MapReader& keys) { read_testing(keys, config.testing); });
    read_queues(map, config.queues);
    read_connections(map, config.connections);
    read_api_destinations(map, config.api_destinations);
    read_buses(map, config.buses);
    read_archives(map, config.archives);
}

}  // namespace

Result<Config> read_config(std::string_view text, std::string_view name, const Environment& environment,
                           std::set<std::string>& known) {
    Problems problems{name};
    Config config;
    if (auto root = read_document(text, problems)) {
        expand_variables(*root, environment, problems);
        Reading reading{
            .problems = problems, .folder = std::filesystem::path{name}.parent_path(), .known = {}, .buses = {}};
        MapReader::read_map(*root, "", reading, [&config](MapReader& map) { read_root(map, config); });
        known = std::move(reading.known);
    }
    if (!problems.empty())
        return problems.error();
    return config;
}

Result<Config> parse(std::string_view text, std::string_view name, const Environment& environment) {
    std::set<std::string> known;
    return read_config(text, name, environment, known);
}

Result<Config> load(const std::filesystem::path& file, const Environment& environment) {
    std::error_code failure;
    if (!std::filesystem::exists(file, failure))
        return Error{Errc::NotFound, file.string() + ": there is no such file"};
    if (std::filesystem::is_directory(file, failure))
        return Error{Errc::InvalidArgument, file.string() + ": is a directory, not a file"};
    std::ifstream stream{file, std::ios::binary};
    std::string text(kMaxFile + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!stream && !stream.eof())
        return Error{Errc::Unavailable, file.string() + ": cannot be read; check its permissions"};
    text.resize(static_cast<std::size_t>(stream.gcount()));
    return parse(text, file.string(), environment);
}

std::optional<std::string> process_environment(std::string_view name) {
    const char* value = std::getenv(std::string{name}.c_str());  // NOLINT(concurrency-mt-unsafe): nobody sets any
    if (value == nullptr)
        return std::nullopt;
    return value;
}

}  // namespace rialto::config
