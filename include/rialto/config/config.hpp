#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rialto/base/clock.hpp"
#include "rialto/base/log.hpp"
#include "rialto/base/result.hpp"
#include "rialto/base/secret.hpp"
#include "rialto/model/declaration.hpp"
#include "rialto/model/quotas.hpp"

namespace rialto::config {

/// PEM files. Both or neither are given; neither: no TLS.
struct Tls {
    std::string certificate;  ///< With its chain.
    std::string key;
    bool operator==(const Tls&) const = default;
};

struct Server {
    std::string address = "0.0.0.0";
    std::uint16_t port = 8080;  ///< 0: one that the system chooses.
    std::string public_url;     ///< Where links in mails lead, without a slash at the end; empty: see public_url().
    std::size_t threads = 0;    ///< 0: one a core.
    Tls tls;
    std::size_t max_body = 4 << 20;
    std::size_t max_header = 16 << 10;
    std::size_t max_connections = 10'000;
    Duration header_timeout = 10s;
    Duration body_timeout = 30s;
    Duration idle_timeout = 60s;
    Duration write_timeout = 30s;
    Duration shutdown_grace = 10s;
    bool access_log = true;
    bool operator==(const Server&) const = default;
};

struct Storage {
    std::filesystem::path data_dir = "./data";
    std::size_t min_free = std::size_t{64} << 20U;  ///< With less free on the disk no events are taken.
    bool operator==(const Storage&) const = default;
};

struct Aws {
    std::string account = "000000000000";
    std::string region = "us-east-1";
    model::Quotas quotas;
    bool operator==(const Aws&) const = default;
};

struct Log {
    log::Level level = log::Level::Info;
    log::Format format = log::Format::Text;
    bool operator==(const Log&) const = default;
};

enum class Security { None, StartTls, Tls };

/// The server that takes our mails on.
struct Relay {
    std::string host;
    std::uint16_t port = 587;
    Security security = Security::StartTls;
    std::string ca_file;   ///< PEM; empty: the system's.
    std::string username;  ///< Empty: no AUTH.
    Secret password;
    std::string helo;  ///< Empty: the host's name.
    Duration connect_timeout = 10s;
    Duration timeout = 60s;  ///< Of one mail.
    std::size_t connections = 4;
    bool operator==(const Relay&) const = default;
};

/// The texts of one kind of mail, each a mail::Template that nobody has parsed yet.
struct MailTemplate {
    std::string subject;
    std::string text;
    std::string html;
    bool operator==(const MailTemplate&) const = default;
};
MailTemplate default_post_template();
MailTemplate default_confirmation_template();

struct Mail {
    std::string from = "Rialto <rialto@localhost>";
    std::optional<Relay> relay;  ///< Nothing: mails are written to `<data_dir>/outbox`.
    MailTemplate post = default_post_template();
    MailTemplate confirmation = default_confirmation_template();
    Duration pending_lifetime = std::chrono::days{7};  ///< Subscriptions not confirmed by then are dropped.
    Duration resend_after = 10min;  ///< Subscribing again mails the confirmation again, but not sooner.
    bool operator==(const Mail&) const = default;
};

/// How posts are read for entities.
struct Entities {
    std::size_t threads = 1;
    std::vector<std::string> fields{"title", "body"};  ///< Of "author", "body", "title" and "topic", in this order.
    std::vector<std::string> types;                    ///< Names of Amazon Comprehend's, "PERSON"; empty: all.
    double minimum_score = 0;                          ///< 0 to 1.
    std::string gazetteer;                             ///< A file of names of one's own; empty: none.
    bool operator==(const Entities&) const = default;
};

/// How much of something is kept; what is beyond either bound is dropped, oldest first.
struct Retention {
    std::size_t entries;
    Duration age;
    bool operator==(const Retention&) const = default;
};

struct DeadLetters : Retention {
    std::size_t size = std::size_t{1} << 30U;  ///< Of all their events.
    bool operator==(const DeadLetters&) const = default;
};

/// What is remembered of attempts.
struct AttemptLog {
    std::size_t recent = 10'000;     ///< In memory, of all attempts.
    std::size_t failed = 1'000'000;  ///< On disk, of attempts at what is owed or a dead letter.
    bool operator==(const AttemptLog&) const = default;
};

struct Delivery {
    std::size_t concurrency = 8;      ///< Attempts under way at a time, for each target of each rule.
    std::size_t memory_queue = 2000;  ///< Deliveries held in memory, for each target; the others wait on disk.
    Duration first_wait = 1s;         ///< Before the second attempt; doubled for each one after it.
    Duration longest_wait = 10min;
    std::size_t memory = std::size_t{64} << 20U;  ///< Of the events that wait in memory.
    std::size_t max_backlog = 10'000'000;         ///< With more deliveries owed no events are taken.
    model::Breaker breaker{};                     ///< Of targets that have none of their own.
    DeadLetters dead_letters{{.entries = 100'000, .age = std::chrono::days{90}}};
    AttemptLog attempts{};
    bool operator==(const Delivery&) const = default;
};

/// Calls to the outside: API destinations and their authorization servers.
struct Outbound {
    bool allow_local = true;  ///< Loopback, link-local and private addresses may be called.
    std::string ca_file;      ///< PEM; empty: the system's.
    bool operator==(const Outbound&) const = default;
};

struct WebSocket {
    std::size_t max_message = 64 << 10;  ///< From a client.
    Duration idle_timeout = 60s;         ///< A ping is sent after half of it.
    std::size_t queue = 256;             ///< Messages that a slow client may have waiting.
    std::size_t max_subscriptions = 100;
    std::size_t max_clients = 5'000;
    /// Of browser pages that may connect, beside those of the server's own host; "*" allows all. A request without
    /// Origin, which no browser sends, is always allowed.
    std::vector<std::string> origins;
    bool deflate = false;
    Retention history{.entries = 1000, .age = 24h};
    bool operator==(const WebSocket&) const = default;
};

struct Posts {
    Duration idempotency_lifetime = 24h;
    bool operator==(const Posts&) const = default;
};

/// The change feed of the posts, and how HTTP serves it.
struct Feed {
    std::size_t max_waiters = 1000;
    Duration heartbeat = 30s;
    Retention history{.entries = 1'000'000, .age = std::chrono::days{90}};
    bool operator==(const Feed&) const = default;
};

/// What makes the server easy to test applications with, and is no good in production.
struct Testing {
    bool enabled = false;        ///< There are `/_rialto/...`.
    bool virtual_clock = false;  ///< Time can be put forward.
    bool operator==(const Testing&) const = default;
};

/// A queue that is made at the start. A FIFO queue's name ends with `.fifo`.
struct Queue {
    std::string name;
    Duration visibility_timeout = 30s;
    Duration retention = std::chrono::days{4};
    Duration delay = 0s;
    Duration receive_wait = 0s;
    std::size_t max_message = 1 << 20;
    bool content_based_deduplication = false;  ///< Of a FIFO queue.
    std::string dead_letter_queue{};           ///< Empty: none.
    int max_receives = 10;                     ///< Before a message goes there.
    bool operator==(const Queue&) const = default;
};

/// Buses "default" and "websocket" with the rules of the post flow.
std::vector<model::Bus> default_buses();

/// All that can be configured. The defaults are what `rialto serve` does without a file. Every value that load() or
/// parse() returns is inside its documented range; docs/configuration.md has them all.
struct Config {
    Server server;
    Storage storage;
    Aws aws;
    Log log;
    Mail mail;
    Entities entities;
    Delivery delivery;
    Outbound outbound;
    WebSocket websocket;
    Posts posts;
    Feed feed;
    Testing testing;
    std::vector<Queue> queues;
    std::vector<model::Bus> buses = default_buses();  ///< "default" and "websocket" are always among them.
    std::vector<model::Archive> archives;
    std::vector<model::Connection> connections;
    std::vector<model::ApiDestination> api_destinations;
    bool operator==(const Config&) const = default;
};

/// The value of a variable that `${NAME}` stands for, if it is set.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;

/// The variables of this process.
std::optional<std::string> process_environment(std::string_view name);

/// Reads a YAML file. InvalidArgument has every problem found, one a line, as `FILE:LINE:COLUMN: message`; no secret is
/// ever in it. NotFound or Unavailable if the file cannot be read. Reads the files that hold secrets, too.
Result<Config> load(const std::filesystem::path& file, const Environment& environment);

/// The same for a text; `name` stands for the file in messages, and relative paths of secrets start beside it.
Result<Config> parse(std::string_view text, std::string_view name, const Environment& environment);

/// InvalidArgument if a reload may not put `next` in force at all: another account or region, whose ARNs everything in
/// the file would have, while the server and what it stores keep the old ones. Names the keys.
Status check_reload(const Config& running, const Config& next);

/// The keys, such as "server.listen", in which the two differ and which only a restart can change. A reload applies
/// all others.
std::vector<std::string> needs_restart(const Config& running, const Config& next);

/// `next`, but with the values of `running` wherever only a restart can change them: what a reload puts in force.
Config reloaded(const Config& running, const Config& next);

/// Sets address and port from `ADDRESS:PORT`, as server.listen and --listen have it; the address is IPv4, or IPv6 in
/// brackets. InvalidArgument says so, and leaves the server as it was.
Status listen_on(Server& server, std::string_view address_and_port);

/// Where this server is reached from outside, without a slash at the end: `server.publicUrl`, or localhost at the port.
std::string public_url(const Server& server, std::uint16_t port);

}  // namespace rialto::config
