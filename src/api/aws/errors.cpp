#include "api/aws/errors.hpp"

#include <array>
#include <string_view>
#include <utility>

#include "rialto/json/value.hpp"

namespace rialto::api::aws {
namespace {

struct Row {
    std::string_view type;
    int status;
    std::string_view message_name = "message";
};

Row row_of(Exception exception) {
    switch (exception) {
        case Exception::AccessDenied:
            return {"AccessDeniedException", 400};
        case Exception::ConcurrentModification:
            return {"ConcurrentModificationException", 400};
        case Exception::IllegalStatus:
            return {"IllegalStatusException", 400};
        case Exception::Internal:
            return {"InternalException", 500};
        case Exception::InvalidEventPattern:
            return {"InvalidEventPatternException", 400};
        case Exception::InvalidState:
            return {"InvalidStateException", 400};
        case Exception::LimitExceeded:
            return {"LimitExceededException", 400};
        case Exception::ManagedRule:
            return {"ManagedRuleException", 400};
        case Exception::OperationDisabled:
            return {"OperationDisabledException", 400};
        case Exception::PolicyLengthExceeded:
            return {"PolicyLengthExceededException", 400};
        case Exception::ResourceAlreadyExists:
            return {"ResourceAlreadyExistsException", 400};
        case Exception::ResourceNotFound:
            return {"ResourceNotFoundException", 400};
        case Exception::Serialization:
            return {"SerializationException", 400, "Message"};  // sic
        case Exception::ServiceUnavailable:
            return {"ServiceUnavailable", 503};
        case Exception::UnknownOperation:
            return {"UnknownOperationException", 400};
        case Exception::Validation:
            return {"ValidationException", 400};
    }
    return {"InternalException", 500};
}

Exception exception_of(Errc code) {
    switch (code) {
        case Errc::InvalidArgument:
            return Exception::Validation;
        case Errc::NotFound:
            return Exception::ResourceNotFound;
        case Errc::AlreadyExists:
            return Exception::ResourceAlreadyExists;
        case Errc::Conflict:
            return Exception::ConcurrentModification;
        case Errc::LimitExceeded:
            return Exception::LimitExceeded;
        case Errc::Unavailable:
        case Errc::TimedOut:
        case Errc::Cancelled:
            return Exception::ServiceUnavailable;
        case Errc::Rejected:
        case Errc::Corrupt:
        case Errc::Internal:
            return Exception::Internal;
    }
    return Exception::Internal;
}

}  // namespace

std::unexpected<Failure> failure(Exception exception, std::string message) {
    return std::unexpected{Failure{exception, std::move(message)}};
}

Failure to_failure(const Error& error) { return {exception_of(error.code), error.message}; }

http::Response failure_answer(const Failure& failure) {
    const Row row = row_of(failure.exception);
    json::Object body{{"__type", row.type}};
    if (!failure.message.empty())
        body.set(std::string{row.message_name}, failure.message);
    http::Response response;
    response.status = row.status;
    response.body = json::write(body);
    return response;
}

}  // namespace rialto::api::aws
