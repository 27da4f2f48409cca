#pragma once

#include <string>
#include <string_view>

#include "rialto/base/result.hpp"
#include "rialto/http/message.hpp"
#include "rialto/json/value.hpp"

namespace rialto::api {

http::Response json_answer(int status, const json::Value& body);
/// The same for JSON that is text already.
http::Response json_text_answer(int status, std::string body);
http::Response text_answer(int status, std::string_view type, std::string body);

/// A small page for people who follow a link from a mail. `html` is trusted, `title` is escaped.
http::Response page(int status, std::string_view title, std::string_view html);

/// An `application/problem+json` answer (RFC 9457); `more` are further members.
http::Response problem(int status, std::string_view detail, const json::Object& more = {});

/// What an error of the rooms below means to a client. Unavailable says when to try again.
http::Response problem(const Error& error);

}  // namespace rialto::api
