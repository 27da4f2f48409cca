#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "rialto/base/result.hpp"
#include "rialto/http/message.hpp"

namespace rialto::api::aws {

/// The exceptions of the AWS API, named as on the wire but for their endings.
enum class Exception : std::uint8_t {
    AccessDenied,
    ConcurrentModification,
    IllegalStatus,
    Internal,
    InvalidEventPattern,
    InvalidState,
    LimitExceeded,
    ManagedRule,
    OperationDisabled,
    PolicyLengthExceeded,
    ResourceAlreadyExists,
    ResourceNotFound,
    Serialization,
    ServiceUnavailable,
    UnknownOperation,
    Validation,
    // Of Amazon SQS.
    BatchEntryIdsNotDistinct,
    BatchRequestTooLong,
    EmptyBatchRequest,
    InvalidAttributeName,
    InvalidAttributeValue,
    InvalidBatchEntryId,
    InvalidMessageContents,
    InvalidParameterValue,
    MessageNotInflight,
    MissingParameter,
    QueueDoesNotExist,
    QueueNameExists,
    ReceiptHandleIsInvalid,
    RequestThrottled,
    TooManyEntriesInBatchRequest,
    // Of Amazon Comprehend.
    BatchSizeLimitExceeded,
    InvalidRequest,
    ResourceUnavailable,
    TextSizeLimitExceeded,
    UnsupportedLanguage,
    // Of the Query protocol.
    InvalidAction,
    MalformedQueryString,
    MissingAction,
};

/// What an operation answers instead of its output.
struct Failure {
    Exception exception;
    std::string message;  ///< Empty: the answer has none.
};

template <class T>
using Outcome = std::expected<T, Failure>;

/// An outcome that is none: `return failure(Exception::ResourceNotFound, "...")`.
std::unexpected<Failure> failure(Exception exception, std::string message);

/// What an error of the rooms below means to a client of AWS's.
Failure to_failure(const Error& error);

/// The answer of the JSON protocol: `{"__type":"...","message":"..."}`. What has another name in the Query protocol is
/// told in a header, too, since SDKs show that one.
http::Response failure_answer(const Failure& failure);

/// The exception's name in the Query protocol: `AWS.SimpleQueueService.NonExistentQueue`.
std::string query_code(Exception exception);

/// The answer of the Query protocol, for a service with that XML namespace.
http::Response query_failure_answer(const Failure& failure, std::string_view xml_namespace,
                                    std::string_view request_id);

}  // namespace rialto::api::aws
