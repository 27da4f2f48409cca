#include "api/aws/errors.hpp"

#include <array>
#include <string_view>
#include <utility>

#include "api/aws/xml.hpp"
#include "rialto/json/value.hpp"

namespace rialto::api::aws {
namespace {

struct Row {
    std::string_view type;
    int status;
    std::string_view message_name = "message";
    std::string_view query_code{};     ///< The type's name in the Query protocol, if it has another one there.
    std::string_view query_message{};  ///< The message there, if it is another one.
};

/// An exception of Amazon SQS. Only the old names of the Query protocol are what its SDKs show.
constexpr Row of_queues(std::string_view type, std::string_view query_code, int status = 400) {
    return {.type = type, .status = status, .query_code = query_code};
}

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
        case Exception::BatchEntryIdsNotDistinct:
            return of_queues("com.amazonaws.sqs#BatchEntryIdsNotDistinct",
                             "AWS.SimpleQueueService.BatchEntryIdsNotDistinct");
        case Exception::BatchRequestTooLong:
            return of_queues("com.amazonaws.sqs#BatchRequestTooLong", "AWS.SimpleQueueService.BatchRequestTooLong");
        case Exception::EmptyBatchRequest:
            return of_queues("com.amazonaws.sqs#EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest");
        case Exception::InvalidAttributeName:
            return of_queues("com.amazonaws.sqs#InvalidAttributeName", "InvalidAttributeName");
        case Exception::InvalidAttributeValue:
            return of_queues("com.amazonaws.sqs#InvalidAttributeValue", "InvalidAttributeValue");
        case Exception::InvalidBatchEntryId:
            return of_queues("com.amazonaws.sqs#InvalidBatchEntryId", "AWS.SimpleQueueService.InvalidBatchEntryId");
        case Exception::InvalidMessageContents:
            return of_queues("com.amazonaws.sqs#InvalidMessageContents", "InvalidMessageContents");
        case Exception::InvalidParameterValue:
            return of_queues("com.amazonaws.sqs#InvalidParameterValueException", "InvalidParameterValue");
        case Exception::MessageNotInflight:
            return of_queues("com.amazonaws.sqs#MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight");
        case Exception::MissingParameter:
            return of_queues("com.amazonaws.sqs#MissingRequiredParameterException", "MissingParameter");
        case Exception::QueueDoesNotExist:
            return {.type = "com.amazonaws.sqs#QueueDoesNotExist",
                    .status = 400,
                    .query_code = "AWS.SimpleQueueService.NonExistentQueue",
                    .query_message = "The specified queue does not exist for this wsdl version."};
        case Exception::QueueNameExists:
            return of_queues("com.amazonaws.sqs#QueueNameExists", "QueueAlreadyExists");
        case Exception::ReceiptHandleIsInvalid:
            return of_queues("com.amazonaws.sqs#ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid");
        case Exception::RequestThrottled:
            return of_queues("com.amazonaws.sqs#RequestThrottled", "RequestThrottled", 403);
        case Exception::TooManyEntriesInBatchRequest:
            return of_queues("com.amazonaws.sqs#TooManyEntriesInBatchRequest",
                             "AWS.SimpleQueueService.TooManyEntriesInBatchRequest");
        case Exception::BatchSizeLimitExceeded:
            return {"BatchSizeLimitExceededException", 400};
        case Exception::InvalidRequest:
            return {"InvalidRequestException", 400};
        case Exception::ResourceUnavailable:
            return {"ResourceUnavailableException", 400};
        case Exception::TextSizeLimitExceeded:
            return {"TextSizeLimitExceededException", 400};
        case Exception::UnsupportedLanguage:
            return {"UnsupportedLanguageException", 400};
        case Exception::InvalidAction:
            return {"InvalidAction", 400};
        case Exception::MalformedQueryString:
            return {"MalformedQueryString", 400};
        case Exception::MissingAction:
            return {"MissingAction", 400};
    }
    return {"InternalException", 500};
}

/// Whose fault it is.
std::string side_of(const Row& row) { return row.status < 500 ? "Sender" : "Receiver"; }

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
    if (!row.query_code.empty())
        response.headers.add("x-amzn-query-error", query_code(failure.exception) + ';' + side_of(row));
    return response;
}

std::string query_code(Exception exception) {
    const Row row = row_of(exception);
    return std::string{row.query_code.empty() ? row.type : row.query_code};
}

http::Response query_failure_answer(const Failure& failure, std::string_view xml_namespace,
                                    std::string_view request_id) {
    const Row row = row_of(failure.exception);
    XmlWriter xml;
    xml.begin("ErrorResponse", xml_namespace).begin("Error");
    xml.text("Type", side_of(row))
        .text("Code", query_code(failure.exception))
        .text("Message", row.query_message.empty() ? failure.message : row.query_message);
    xml.text("Detail", "").end("Error").text("RequestId", request_id).end("ErrorResponse");
    http::Response response;
    response.status = row.status;
    response.body = xml.finish();
    return response;
}

}  // namespace rialto::api::aws
