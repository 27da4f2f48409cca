#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "rialto/base/clock.hpp"
#include "rialto/base/result.hpp"
#include "rialto/model/input.hpp"

namespace rialto::model {

/// The kinds of target, each with what it alone needs to know.
struct EmailTarget {
    std::string topic_path = "$.detail.topic";  ///< Leads, in the event, to the topic whose subscribers get a mail.
    std::string topic{};                        ///< The topic itself; if given, the path is not looked at.
    bool operator==(const EmailTarget&) const = default;
};
struct ConfirmationTarget {  ///< The mail that asks a new subscriber to confirm. Made by Rialto itself, not by a rule.
    bool operator==(const ConfirmationTarget&) const = default;
};
struct EntitiesTarget {
    std::string post_path = "$.detail.id";  ///< Leads, in the event, to the id of the post.
    bool operator==(const EntitiesTarget&) const = default;
};
struct WebSocketTarget {
    std::string channel = "posts";
    bool operator==(const WebSocketTarget&) const = default;
};
struct LogTarget {
    std::string name =
        "events";  ///< Of the file: `data/logs/<name>.ndjson`. Letters, digits, `-`, `_`, `.`; at most 64.
    bool operator==(const LogTarget&) const = default;
};
struct BusTarget {
    std::string bus;
    bool one_hop = false;  ///< An event that came from another bus is refused, as AWS does.
    bool operator==(const BusTarget&) const = default;
};
struct QueueTarget {
    std::string arn;    ///< `arn:aws:sqs:REGION:ACCOUNT:NAME`.
    std::string group;  ///< MessageGroupId, which a FIFO queue needs; empty: none.
    bool operator==(const QueueTarget&) const = default;
};
struct ApiDestinationTarget {
    using Fields = std::vector<std::pair<std::string, std::string>>;
    std::string arn;
    Fields headers;
    Fields query;
    std::vector<std::string> path_values;  ///< For the `*` in the destination's endpoint, in their order.
    bool operator==(const ApiDestinationTarget&) const = default;
};
struct ArchiveTarget {  ///< Of an archive's own rule.
    std::string arn;
    bool operator==(const ArchiveTarget&) const = default;
};
struct ForeignTarget {  ///< Of a service that is not here: it may be named, but nothing can be delivered to it.
    std::string arn;    ///< In a Declaration of any service: the bus room makes of it what the ARN stands for.
    bool operator==(const ForeignTarget&) const = default;
};
using TargetKind = std::variant<EmailTarget, ConfirmationTarget, EntitiesTarget, WebSocketTarget, LogTarget, BusTarget,
                                QueueTarget, ApiDestinationTarget, ArchiveTarget, ForeignTarget>;

/// "email", "confirmation", "entities", "websocket", "log", "bus", "queue", "apiDestination", "archive" or "foreign".
std::string_view name_of(const TargetKind& kind);

/// When to give up (AWS: RetryPolicy). Whichever is reached first.
struct RetryPolicy {
    int max_retries = 185;                 ///< 0 to 185; 0 is one attempt.
    std::chrono::seconds max_age{86'400};  ///< 60 to 86,400, from ingestion.
    bool operator==(const RetryPolicy&) const = default;
};

/// When a target that fails is left alone.
struct Breaker {
    int failures = 100;  ///< So many attempts in a row that failed, but may be tried again; 0: never.
    Duration wait{5s};   ///< Then for so long. After it one attempt is made, whose outcome decides.
    bool operator==(const Breaker&) const = default;
};

/// How a target wants its deliveries. Of Rialto's own: AWS has no words for it.
struct Flow {
    std::size_t concurrency = 0;       ///< Attempts under way at a time; 0: as the dispatcher's options have it.
    std::size_t rate = 0;              ///< Attempts begun a second; 0: as fast as can be.
    std::optional<Breaker> breaker{};  ///< Nothing: as the dispatcher's options have it.
    /// Leads, in the event, to a value; deliveries of the same value are made one after the other, in the order in
    /// which the events came. Empty: in no order.
    std::string order_by{};
    bool operator==(const Flow&) const = default;
};

struct Target {
    std::string id;  ///< Unique in its rule: 1 to 64 characters of [.A-Za-z0-9_-].
    TargetKind kind;
    Input input;
    RetryPolicy retry;
    /// Where events go that could not be delivered; without one, to the built-in dead-letter store.
    std::optional<TargetKind> dead_letter;
    Flow flow{};
    bool operator==(const Target&) const = default;
};

struct Rule {
    std::string name;  ///< 1 to 64 characters of [.A-Za-z0-9_-].
    std::string description;
    std::string pattern;  ///< JSON text of a valid event pattern; empty: no event matches, the rule has a schedule.
    bool enabled = true;
    std::vector<Target> targets;
    std::string schedule{};  ///< A valid Schedule, by which the rule fires by itself; empty: none.
    bool operator==(const Rule&) const = default;
};

struct Bus {
    std::string name;
    std::vector<Rule> rules;
    std::string description{};
    std::string policy{};  ///< JSON text, as read_policy() makes it: who else may use the bus. Empty: nobody.
    bool operator==(const Bus&) const = default;
};

/// `arn:aws:events:REGION:ACCOUNT:rule/NAME`, with the bus before the name on any bus but "default".
std::string rule_arn(std::string_view region, std::string_view account, std::string_view bus, std::string_view rule);

/// A target as text that outlives the configuration it came from, and back. The same target gives the same text.
std::string to_json(const Target& target);
Result<Target> target_from_json(std::string_view text);

}  // namespace rialto::model
