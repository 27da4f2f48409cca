#include "api/aws/sqs/common.hpp"

#include <algorithm>
#include <utility>

#include "rialto/base/encoding.hpp"

namespace rialto::api::aws::sqs {
namespace {

constexpr std::int64_t kMostResults = 1'000;

Exception exception_of(queues::Fault fault) {
    switch (fault) {
        case queues::Fault::InvalidAttributeName:
            return Exception::InvalidAttributeName;
        case queues::Fault::InvalidAttributeValue:
            return Exception::InvalidAttributeValue;
        case queues::Fault::InvalidMessageContents:
            return Exception::InvalidMessageContents;
        case queues::Fault::InvalidParameterValue:
            return Exception::InvalidParameterValue;
        case queues::Fault::MessageNotInflight:
            return Exception::MessageNotInflight;
        case queues::Fault::MissingParameter:
            return Exception::MissingParameter;
        case queues::Fault::NoSuchQueue:
            return Exception::QueueDoesNotExist;
        case queues::Fault::QueueNameExists:
            return Exception::QueueNameExists;
        case queues::Fault::ReceiptHandleIsInvalid:
            return Exception::ReceiptHandleIsInvalid;
        case queues::Fault::Throttled:
            return Exception::RequestThrottled;
        case queues::Fault::Unavailable:
            return Exception::ServiceUnavailable;
    }
    return Exception::Internal;
}

}  // namespace

Failure to_failure(queues::Refusal refusal) { return {exception_of(refusal.fault), std::move(refusal.message)}; }

std::unexpected<Failure> fail(queues::Refusal refusal) { return std::unexpected{to_failure(std::move(refusal))}; }

std::unexpected<Failure> fail(Exception exception, std::string message) {
    return std::unexpected{Failure{exception, std::move(message)}};
}

Outcome<Output> nothing_or(queues::Answer<void> answer) {
    if (!answer)
        return fail(std::move(answer.error()));
    return Output{};
}

Outcome<queues::QueueName> queue_of(const Invocation& call) {
    const std::string& url = *call.input.find("QueueUrl")->as_string();
    const auto slash = url.rfind('/');
    const auto before = slash == std::string::npos || slash == 0 ? std::string::npos : url.rfind('/', slash - 1);
    if (before == std::string::npos)
        return fail(Exception::QueueDoesNotExist, "The specified queue does not exist.");
    return queues::QueueName{url.substr(before + 1, slash - before - 1), call.caller.region, url.substr(slash + 1)};
}

std::string url_of(const Invocation& call, const queues::QueueName& queue) {
    const std::string host{call.request.headers.find("Host").value_or("localhost")};
    return (call.request.secure ? "https://" : "http://") + host + '/' + queue.account + '/' + queue.name;
}

std::optional<std::string> optional_text(const json::Object& input, std::string_view name) {
    const json::Value* value = input.find(name);
    if (value == nullptr)
        return std::nullopt;
    return *value->as_string();
}

std::vector<std::string> texts_of(const json::Object& input, std::string_view name) {
    std::vector<std::string> texts;
    if (const json::Value* value = input.find(name))
        for (const auto& one : *value->as_array())
            texts.push_back(*one.as_string());
    return texts;
}

std::map<std::string, std::string> map_of(const json::Object& input, std::string_view name) {
    std::map<std::string, std::string> texts;
    if (const json::Value* value = input.find(name))
        for (const auto& [key, one] : *value->as_object())
            texts.insert_or_assign(key, *one.as_string());
    return texts;
}

json::Object to_object(const std::map<std::string, std::string>& texts) {
    std::vector<json::Member> members;
    for (const auto& [key, value] : texts)
        members.emplace_back(key, value);
    return json::Object{std::move(members)};
}

Outcome<Page> page_of(const json::Object& input) {
    Page page;
    if (const auto most = int64_of(input, "MaxResults")) {
        if (*most < 1 || *most > kMostResults)
            return fail(Exception::InvalidParameterValue, "MaxResults must be an integer between 1 and 1000.");
        page.most = static_cast<std::size_t>(*most);
        page.tells_of_more = true;
    }
    if (const auto token = optional_text(input, "NextToken")) {
        auto after = from_base64(*token);
        if (!after)
            return fail(Exception::InvalidParameterValue, "Invalid or expired next token.");
        page.after = std::move(*after);
    }
    return page;
}

std::string token_after(const std::string& last) { return to_base64(last); }

Member queue_url() { return required("QueueUrl", string()); }
Shape attribute_map() { return map(string(), string()).flattened("Attribute", "Name", "Value"); }
Shape tag_map() { return map(string(), string()).flattened("Tag", "Key", "Value"); }

}  // namespace rialto::api::aws::sqs
