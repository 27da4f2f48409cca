#include "api/aws/errors.hpp"

#include <catch2/catch.hpp>

namespace rialto::api::aws {
namespace {

TEST_CASE("each exception has its type, status and place for the message", "[aws]") {
    const auto [exception, status, body] = GENERATE(table<Exception, int, std::string>({
        {Exception::ConcurrentModification, 400, R"({"__type":"ConcurrentModificationException","message":"why"})"},
        {Exception::Internal, 500, R"({"__type":"InternalException","message":"why"})"},
        {Exception::InvalidEventPattern, 400, R"({"__type":"InvalidEventPatternException","message":"why"})"},
        {Exception::LimitExceeded, 400, R"({"__type":"LimitExceededException","message":"why"})"},
        {Exception::ResourceAlreadyExists, 400, R"({"__type":"ResourceAlreadyExistsException","message":"why"})"},
        {Exception::ResourceNotFound, 400, R"({"__type":"ResourceNotFoundException","message":"why"})"},
        {Exception::Serialization, 400, R"({"__type":"SerializationException","Message":"why"})"},
        {Exception::ServiceUnavailable, 503, R"({"__type":"ServiceUnavailable","message":"why"})"},
        {Exception::BatchSizeLimitExceeded, 400, R"({"__type":"BatchSizeLimitExceededException","message":"why"})"},
        {Exception::InvalidRequest, 400, R"({"__type":"InvalidRequestException","message":"why"})"},
        {Exception::ResourceUnavailable, 400, R"({"__type":"ResourceUnavailableException","message":"why"})"},
        {Exception::TextSizeLimitExceeded, 400, R"({"__type":"TextSizeLimitExceededException","message":"why"})"},
        {Exception::UnsupportedLanguage, 400, R"({"__type":"UnsupportedLanguageException","message":"why"})"},
        {Exception::UnknownOperation, 400, R"({"__type":"UnknownOperationException","message":"why"})"},
        {Exception::Validation, 400, R"({"__type":"ValidationException","message":"why"})"},
    }));

    const auto answer = failure_answer({exception, "why"});

    CHECK(answer.status == status);
    CHECK(answer.body == body);
}

TEST_CASE("what has an old name tells it in a header", "[aws]") {
    const auto answer = failure_answer({Exception::QueueDoesNotExist, "why"});

    CHECK(answer.status == 400);
    CHECK(answer.body == R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"why"})");
    CHECK(answer.headers.find("x-amzn-query-error") == "AWS.SimpleQueueService.NonExistentQueue;Sender");
    CHECK_FALSE(failure_answer({Exception::Validation, "why"}).headers.find("x-amzn-query-error"));
    CHECK(query_code(Exception::Validation) == "ValidationException");
}

TEST_CASE("a failure without a message has none on the wire", "[aws]") {
    CHECK(failure_answer({Exception::UnknownOperation, ""}).body == R"({"__type":"UnknownOperationException"})");
}

TEST_CASE("each kind of error is an exception", "[aws]") {
    const auto [code, exception] = GENERATE(table<Errc, Exception>({
        {Errc::InvalidArgument, Exception::Validation},
        {Errc::NotFound, Exception::ResourceNotFound},
        {Errc::AlreadyExists, Exception::ResourceAlreadyExists},
        {Errc::Conflict, Exception::ConcurrentModification},
        {Errc::LimitExceeded, Exception::LimitExceeded},
        {Errc::Unavailable, Exception::ServiceUnavailable},
        {Errc::TimedOut, Exception::ServiceUnavailable},
        {Errc::Cancelled, Exception::ServiceUnavailable},
        {Errc::Rejected, Exception::Internal},
        {Errc::Corrupt, Exception::Internal},
        {Errc::Internal, Exception::Internal},
    }));

    const auto failure = to_failure(Error{code, "why"});

    CHECK(failure.exception == exception);
    CHECK(failure.message == "why");
}

}  // namespace
}  // namespace rialto::api::aws
