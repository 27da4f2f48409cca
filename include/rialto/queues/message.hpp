#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "rialto/base/clock.hpp"

namespace rialto::queues {

struct MessageAttribute {
    std::string type;   ///< `String`, `Number` or `Binary`, or one of these with a suffix: `Number.int`.
    std::string value;  ///< Of a binary one, its bytes.
    bool is_binary() const { return type.starts_with("Binary"); }
    bool operator==(const MessageAttribute&) const = default;
};
using MessageAttributes = std::map<std::string, MessageAttribute>;

/// A message that somebody wants to send.
struct Draft {
    std::string body;
    std::optional<std::int64_t> delay{};  ///< In seconds; otherwise the queue's.
    MessageAttributes attributes{};       ///< At most ten.
    MessageAttributes system{};           ///< AWSTraceHeader, if anything.
    std::optional<std::string> group{};   ///< MessageGroupId, which a FIFO queue needs.
    std::optional<std::string> unique{};  ///< MessageDeduplicationId.
    std::string sender{};                 ///< Account.
};

/// What counts against the limits on sizes, in bytes: the body, and all of the attributes.
std::size_t size_of(const Draft& draft);

/// A message that was sent.
struct Sent {
    std::string id;                       ///< That of the first one, if it is a duplicate.
    std::optional<std::string> sequence;  ///< In a FIFO queue: 20 digits.
};

/// A message that was received.
struct Message {
    std::string id;
    std::string handle;  ///< The receipt handle: proves this receive.
    std::string body;
    MessageAttributes attributes;
    std::map<std::string, std::string> system;  ///< SenderId, SentTimestamp, ApproximateReceiveCount, ...
};

/// The digests by which clients check that nothing was lost on the way, in hexadecimal digits.
std::string digest_of(const std::string& body);
std::string digest_of(const MessageAttributes& attributes);

}  // namespace rialto::queues
