#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "rialto/base/clock.hpp"
#include "rialto/http/message.hpp"

namespace rialto::api {

/// What a CloudEvent is to a bus:
///
/// | CloudEvent | entry |
/// |---|---|
/// | `source` | source; not with the prefix `aws.` |
/// | `type` | detail_type; at most 128 characters |
/// | `time` | time, in UTC, cut to seconds |
/// | `subject` | the one resource |
/// | data | detail, as DetailShape says |
/// | `traceparent` | trace_header, if it is a W3C trace context |
/// | `eventbusname` | bus |
struct CloudEntry {
    std::string source;
    std::string detail_type;
    std::string detail;             ///< The JSON text of an object.
    std::optional<TimePoint> time;  ///< Nothing: now.
    std::vector<std::string> resources;
    std::optional<std::string> bus;  ///< Name or ARN. Nothing: the default bus.
    std::string id;            ///< With `source` it names the CloudEvent: whoever sends both again means the same.
    std::string trace_header;  ///< As X-Amzn-Trace-Id has it; empty if there is none.
};

enum class DetailShape {
    /// The data, if it is a JSON object; other JSON or text as `{"data": ...}`, bytes as `{"data_base64": ...}`, no
    /// data as
    /// `{}`. Attributes that have no place in the entry (id, datacontenttype, dataschema, extensions) are added as
    /// `_cloudevents`.
    Plain,
    /// The whole CloudEvent in its JSON format.
    Whole,
};

struct CloudOptions {
    DetailShape shape = DetailShape::Plain;
    std::size_t max_events = 1000;           ///< In a batch.
    std::size_t max_event_bytes = 1U << 20;  ///< Of one entry, as PutEvents counts: its texts, and 14 for a time.
};

/// Why a request brings no events.
struct CloudError {
    int status;  ///< 400 malformed, 413 too large or too many, 415 no CloudEvent, or in a format that is not known.
    std::string message;  ///< What is wrong and where; in a batch it begins with which one, such as `batch[2]: `.
    std::optional<std::size_t> index;  ///< Of the event in the batch, from 0.
};

/// The events of a request, in the three modes of the HTTP binding of CloudEvents 1.0.2: structured
/// (`application/cloudevents+json`), batch (`application/cloudevents-batch+json`, may be empty) and binary (any other
/// type, with `ce-` headers). All of them or none.
std::expected<std::vector<CloudEntry>, CloudError> read_cloud_events(const http::Request& request,
                                                                     const CloudOptions& options = {});

}  // namespace rialto::api
