#pragma once

#include <cstdint>
#include <expected>
#include <string>

namespace rialto::queues {

/// What may be wrong with a request to a queue, by the names of Amazon SQS.
enum class Fault : std::uint8_t {
    InvalidAttributeName,
    InvalidAttributeValue,
    InvalidMessageContents,
    InvalidParameterValue,
    MessageNotInflight,
    MissingParameter,
    NoSuchQueue,
    QueueNameExists,
    ReceiptHandleIsInvalid,
    Throttled,
    Unavailable,  ///< The store's: trying again may help.
};

/// Why a request is refused, in AWS's words.
struct Refusal {
    Fault fault;
    std::string message;
};

template <class T>
using Answer = std::expected<T, Refusal>;

inline std::unexpected<Refusal> refuse(Fault fault, std::string message) {
    return std::unexpected{Refusal{fault, std::move(message)}};
}

}  // namespace rialto::queues
