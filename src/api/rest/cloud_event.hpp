#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rialto/base/result.hpp"
#include "rialto/http/message.hpp"
#include "rialto/json/value.hpp"

namespace rialto::api {

/// A CloudEvent (CNCF CloudEvents 1.0.2) as it was sent, with its attributes checked.
struct CloudEvent {
    json::Object attributes;          ///< All that are set, in the order in which they came: texts, booleans, integers.
    std::optional<json::Value> data;  ///< Any JSON value; bytes as base64.
    bool is_base64 = false;           ///< `data` is base64.

    /// An attribute that is a text; null pointer if it is not set.
    const std::string* text(std::string_view name) const;
};

/// Arrays and objects inside each other, in a whole event: as many as AWS allows in a detail.
inline constexpr std::size_t kCloudEventDepth = 1000;

/// The JSON format: attributes and `data` or `data_base64` are members of one object. InvalidArgument says which
/// attribute is wrong, and how.
Result<CloudEvent> cloud_event_from_json(json::Value event);

/// Binary mode of the HTTP binding: attributes are `ce-` headers, `Content-Type` is the datacontenttype and the body
/// the data. Errors as above.
Result<CloudEvent> cloud_event_from_binary(const http::Request& request);

/// The `charset` that a content type names, in lower case; empty if it names none.
std::string charset_of(std::string_view content_type);

}  // namespace rialto::api
