#include "dlq.hpp"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <utility>

#include "exit_code.hpp"
#include "rialto/base/encoding.hpp"
#include "rialto/base/result.hpp"
#include "rialto/http/client.hpp"
#include "rialto/json/value.hpp"

namespace rialto::app {
namespace {

constexpr std::size_t kLargestPage = 200;
constexpr std::chrono::minutes kTimeout{10};  // to redrive or purge many takes a while
constexpr json::ParseLimits kAnswer{.depth = 1200, .reject_duplicate_keys = false};

int complain(const Error& error) {
    std::cerr << "rialto: " << error.message << '\n';
    return ExitCode::Failed;
}

std::string text_of(const json::Value& value, std::string_view name) {
    const json::Value* found = value.find(name);
    const std::string* text = found ? found->as_string() : nullptr;
    return text ? *text : std::string{};
}

std::string written(const json::Value& value, std::string_view name) {
    const json::Value* found = value.find(name);
    return found ? json::write(*found) : std::string{};
}

using Parameters = std::map<std::string, std::string>;

/// The body of an answer of the server. Its problems come back as they are told.
Result<json::Value> ask(const DlqOptions& options, std::string method, const std::string& path,
                        const Parameters& parameters) {
    std::string url = options.url;
    while (url.ends_with('/'))
        url.pop_back();
    url += path;
    char separator = '?';
    for (const auto& [name, value] : parameters)
        url += std::exchange(separator, '&') + name + '=' + percent_encode(value);
    const bool is_local = url.starts_with("https://127.0.0.1") || url.starts_with("https://localhost");
    http::ClientRequest request{
        .method = std::move(method), .url = std::move(url), .headers = {}, .body = {}, .timeout = kTimeout};
    auto response = http::exchange(std::move(request), is_local);
    if (!response)
        return std::move(response).error();
    if (response->status == 204)
        return json::Value{};
    auto body = json::parse(response->body, kAnswer);
    if (response->status >= 300) {
        const std::string detail = body ? text_of(*body, "detail") : response->body.substr(0, 200);
        return Error{Errc::Rejected, "the server answered " + std::to_string(response->status) + ": " + detail};
    }
    if (!body)
        return Error{Errc::Corrupt, "the server's answer is not JSON: " + body.error().message};
    return body;
}

std::string target_id(const json::Value& letter) {
    const json::Value* target = letter.find("target");
    return target ? text_of(*target, "id") : std::string{};
}

/// A line for people: id, when it died, of which rule and target, why.
void print_line(const json::Value& letter) {
    const std::string arn = text_of(letter, "ruleArn");
    const std::string why = text_of(letter, "exhaustedRetryCondition");
    std::cout << text_of(letter, "id") << "  " << text_of(letter, "diedAt") << "  " << arn.substr(arn.rfind(':') + 1)
              << " -> " << target_id(letter) << "  " << written(letter, "attempts") << " attempts  "
              << text_of(letter, "errorCode") << (why.empty() ? "" : " (" + why + ")") << ": "
              << text_of(letter, "errorMessage") << '\n';
}

void print_attempt(const json::Value& attempt) {
    std::cout << "  " << written(attempt, "number") << "  " << text_of(attempt, "at") << "  "
              << written(attempt, "durationMs") << " ms  ";
    if (const std::string status = written(attempt, "status"); !status.empty())
        std::cout << status << "  ";
    std::cout << text_of(attempt, "errorCode") << ": " << text_of(attempt, "errorMessage") << '\n';
    if (const std::string response = written(attempt, "response"); !response.empty())
        std::cout << "      answered " << response << '\n';
}

void print_all(const json::Value& letter) {
    print_line(letter);
    std::cout << "bus " << text_of(letter, "bus") << ", ingested " << text_of(letter, "ingestedAt") << ", rule "
              << text_of(letter, "ruleArn") << '\n';
    if (const std::string part = text_of(letter, "part"); !part.empty())
        std::cout << "part " << part << '\n';
    std::cout << "attempts:\n";
    if (const json::Value* log = letter.find("attemptLog"); log && log->as_array())
        for (const json::Value& attempt : *log->as_array())
            print_attempt(attempt);
    std::cout << "target " << written(letter, "target") << "\nevent " << written(letter, "event") << '\n';
}

/// The filter, for a call that changes those that it means.
Parameters meant_by(const DlqOptions& options) {
    Parameters parameters = options.filter;
    if (options.all)
        parameters.emplace("all", "true");
    return parameters;
}

int count(const Result<json::Value>& answer, std::string_view what) {
    if (!answer)
        return complain(answer.error());
    std::cout << what << ' ' << written(*answer, what) << '\n';
    return ExitCode::Ok;
}

}  // namespace

int dlq_list(const DlqOptions& options) {
    Parameters parameters = options.filter;
    for (std::size_t left = options.limit; left > 0;) {
        parameters["limit"] = std::to_string(std::min(left, kLargestPage));
        const auto page = ask(options, "GET", "/dead-letters", parameters);
        if (!page)
            return complain(page.error());
        const json::Value* letters = page->find("deadLetters");
        if (!letters || !letters->as_array())
            return complain({Errc::Corrupt, "this is not the answer of a rialto"});
        for (const json::Value& letter : *letters->as_array()) {
            if (options.json)
                std::cout << json::write(letter) << '\n';
            else
                print_line(letter);
        }
        left -= std::min(left, letters->as_array()->size());
        const std::string cursor = text_of(*page, "nextCursor");
        if (cursor.empty())
            break;
        parameters["cursor"] = cursor;
    }
    return ExitCode::Ok;
}

int dlq_show(const DlqOptions& options) {
    const auto letter = ask(options, "GET", "/dead-letters/" + percent_encode(options.id), {});
    if (!letter)
        return complain(letter.error());
    if (options.json)
        std::cout << json::write(*letter) << '\n';
    else
        print_all(*letter);
    return ExitCode::Ok;
}

int dlq_redrive(const DlqOptions& options) {
    if (!options.id.empty()) {
        const auto answer = ask(options, "POST", "/dead-letters/" + percent_encode(options.id) + "/redrive", {});
        if (!answer)
            return complain(answer.error());
        std::cout << "redriven 1\n";
        return ExitCode::Ok;
    }
    Parameters parameters = meant_by(options);
    if (options.rate > 0)
        parameters.emplace("rate", std::to_string(options.rate));
    return count(ask(options, "POST", "/dead-letters/redrive", parameters), "redriven");
}

int dlq_purge(const DlqOptions& options) {
    if (options.id.empty())
        return count(ask(options, "DELETE", "/dead-letters", meant_by(options)), "purged");
    const auto answer = ask(options, "DELETE", "/dead-letters/" + percent_encode(options.id), {});
    if (!answer)
        return complain(answer.error());
    std::cout << "purged 1\n";
    return ExitCode::Ok;
}

}  // namespace rialto::app
