#pragma once

#include <cstdint>
#include <expected>
#include <string>

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

/// The answer of the JSON protocol: `{"__type":"...","message":"..."}`.
http::Response failure_answer(const Failure& failure);

}  // namespace rialto::api::aws
