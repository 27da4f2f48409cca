#include "api/overload.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "api/rest/answers.hpp"

namespace rialto::api {
namespace {

constexpr std::string_view kRetryAfter = "5";

constexpr std::array<std::string_view, 5> kOperations{"AWSEvents.PutEvents", "AWSEvents.PutPartnerEvents",
                                                      "AWSEvents.StartReplay", "AmazonSQS.SendMessage",
                                                      "AmazonSQS.SendMessageBatch"};

bool brings_in(std::string_view operation) { return std::ranges::find(kOperations, operation) != kOperations.end(); }

/// A post that goes makes room.
bool is_post_or_event(const http::RequestHead& head) {
    return (head.method == "POST" && (head.path == "/events" || head.path == "/posts")) ||
           ((head.method == "PUT" || head.method == "PATCH") && head.path.starts_with("/posts/"));
}

http::Response throttled(std::string_view target) {
    const std::string_view type = target.starts_with("AmazonSQS.") ? "application/x-amz-json-1.0"  //
                                                                   : "application/x-amz-json-1.1";
    http::Response response = text_answer(400, type, R"({"__type":"ThrottlingException","message":"Rate exceeded"})");
    response.headers.add("Retry-After", std::string{kRetryAfter});
    return response;
}

}  // namespace

std::optional<http::Response> refuse_by_limits(const http::RequestHead& head, const delivery::Admission& admission) {
    const std::string_view operation = head.headers.find("X-Amz-Target").value_or("");
    const bool by_aws = head.method == "POST" && brings_in(operation);
    if (!by_aws && !is_post_or_event(head))
        return std::nullopt;
    const Status admits = admission.admits();
    if (admits)
        return std::nullopt;
    if (by_aws)
        return throttled(operation);
    http::Response response = problem(503, admits.error().message);
    response.headers.add("Retry-After", std::string{kRetryAfter});
    return response;
}

bool is_refused_by_limits(std::string_view operation, const delivery::Admission& admission) {
    return brings_in(operation) && !admission.admits();
}

}  // namespace rialto::api
