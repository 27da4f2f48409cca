#pragma once

#include <optional>
#include <string_view>

#include "rialto/delivery/admission.hpp"
#include "rialto/http/message.hpp"

namespace rialto::api {

/// The answer to a request that would bring events, posts or messages in while none are taken: 503 with Retry-After, or
/// ThrottlingException to AWS's clients. Nothing for all others. Decided by the head alone, before the body is read.
std::optional<http::Response> refuse_by_limits(const http::RequestHead& head, const delivery::Admission& admission);

/// Whether an operation, as X-Amz-Target names it, would bring events or messages in while none are taken: for those
/// that only a body names.
bool is_refused_by_limits(std::string_view operation, const delivery::Admission& admission);

}  // namespace rialto::api
