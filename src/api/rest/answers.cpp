#include "api/rest/answers.hpp"

#include <utility>

#include "rialto/base/encoding.hpp"

namespace rialto::api {
namespace {

int status_of(Errc code) {
    switch (code) {
        case Errc::InvalidArgument:
            return 400;
        case Errc::NotFound:
            return 404;
        case Errc::AlreadyExists:
        case Errc::Conflict:
            return 409;
        case Errc::LimitExceeded:
            return 429;
        case Errc::Unavailable:
        case Errc::Cancelled:
            return 503;
        case Errc::TimedOut:
            return 504;
        case Errc::Rejected:
            return 502;
        case Errc::Corrupt:
        case Errc::Internal:
            return 500;
    }
    return 500;
}

}  // namespace

http::Response json_answer(int status, const json::Value& body) { return json_text_answer(status, json::write(body)); }

http::Response json_text_answer(int status, std::string body) {
    return text_answer(status, "application/json", std::move(body) + "\n");
}

http::Response text_answer(int status, std::string_view type, std::string body) {
    http::Response response;
    response.status = status;
    response.headers.add("Content-Type", std::string{type});
    response.body = std::move(body);
    return response;
}

http::Response page(int status, std::string_view title, std::string_view html) {
    const std::string safe = escape_html(title);
    std::string text =
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + safe +
        "</title><meta name=\"viewport\" content=\"width=device-width\"><style>body{font:1.1em/1.5 sans-serif;"
        "max-width:34em;margin:4em auto;padding:0 1em}</style></head><body><h1>" +
        safe + "</h1>" + std::string{html} + "</body></html>\n";
    http::Response response = text_answer(status, "text/html; charset=utf-8", std::move(text));
    // The address of the page holds a token: nobody shall cache it or be told of it.
    response.headers.add("Cache-Control", "no-store");
    response.headers.add("Referrer-Policy", "no-referrer");
    response.headers.add("Content-Security-Policy",
                         "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'");
    return response;
}

http::Response problem(int status, std::string_view detail, const json::Object& more) {
    json::Object body{
        {"type", "about:blank"}, {"title", http::reason_phrase(status)}, {"status", status}, {"detail", detail}};
    for (const auto& [name, value] : more)
        body.set(name, value);
    http::Response response = json_answer(status, body);
    response.headers.set("Content-Type", "application/problem+json");
    return response;
}

http::Response problem(const Error& error) {
    http::Response response = problem(status_of(error.code), error.message);
    if (response.status == 503 || response.status == 429)
        response.headers.add("Retry-After", "1");
    return response;
}

}  // namespace rialto::api
