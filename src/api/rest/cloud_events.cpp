#include "api/rest/cloud_events.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "api/media_type.hpp"
#include "api/rest/cloud_event.hpp"
#include "rialto/base/result.hpp"
#include "rialto/base/time.hpp"
#include "rialto/base/utf8.hpp"
#include "rialto/json/value.hpp"

namespace rialto::api {
namespace {

constexpr std::string_view kBusAttribute = "eventbusname";
constexpr std::size_t kMaxType = 128;
constexpr std::size_t kBytesOfTime = 14;

using Entries = std::expected<std::vector<CloudEntry>, CloudError>;

/// Whether the metadata needs an attribute: the entry says the others.
bool is_metadata(std::string_view name) {
    return name != "specversion" && name != "source" && name != "type" && name != "time" && name != "subject" &&
           name != kBusAttribute;
}

std::string_view data_name(const CloudEvent& event) { return event.is_base64 ? "data_base64" : "data"; }

json::Object plain_detail(CloudEvent& event) {
    json::Object detail;
    json::Object* object = event.data ? event.data->as_object() : nullptr;
    if (object)
        detail = std::move(*object);
    else if (event.data)
        detail.set(std::string{data_name(event)}, std::move(*event.data));
    json::Object metadata;
    for (const auto& [name, value] : event.attributes)
        if (is_metadata(name))
            metadata.set(name, value);
    detail.set("_cloudevents", std::move(metadata));
    return detail;
}

json::Object whole_detail(CloudEvent& event) {
    json::Object detail = event.attributes;
    if (event.data)
        detail.set(std::string{data_name(event)}, std::move(*event.data));
    return detail;
}

/// `00-<trace id>-<parent id>-<flags>` (W3C Trace Context) as AWS X-Ray writes it. Empty if it is not that.
std::string trace_header(std::string_view parent) {
    constexpr std::string_view kForm = "00-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-xxxxxxxxxxxxxxxx-xx";
    const auto fits = [](char c, char form) {
        return form == 'x' ? (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') : c == form;
    };
    if (!std::ranges::equal(parent, kForm, fits))
        return {};
    const std::string trace{parent.substr(3, 32)};
    const std::string span{parent.substr(36, 16)};
    if (trace.find_first_not_of('0') == std::string::npos || span.find_first_not_of('0') == std::string::npos)
        return {};
    const bool is_sampled = std::string_view{"13579bdf"}.contains(parent.back());
    return "Root=1-" + trace.substr(0, 8) + "-" + trace.substr(8) + ";Parent=" + span +
           ";Sampled=" + (is_sampled ? "1" : "0");
}

std::size_t size_of(const CloudEntry& entry) {
    std::size_t size = entry.source.size() + entry.detail_type.size() + entry.detail.size();
    for (const auto& resource : entry.resources)
        size += resource.size();
    return size + (entry.time ? kBytesOfTime : 0);
}

Status check(const CloudEntry& entry, const CloudOptions& options) {
    if (entry.source.starts_with("aws."))
        return Error{Errc::InvalidArgument, "the source must not begin with \"aws.\""};
    if (count_code_points(entry.detail_type) > kMaxType)
        return Error{Errc::InvalidArgument, "the type must not be longer than 128 characters"};
    if (size_of(entry) > options.max_event_bytes)
        return Error{Errc::LimitExceeded,
                     "the event is larger than " + std::to_string(options.max_event_bytes) + " bytes"};
    return {};
}

Result<CloudEntry> entry_of(CloudEvent event, const CloudOptions& options) {
    CloudEntry entry;
    entry.source = *event.text("source");  // which an event has, as have the next two: they were checked
    entry.detail_type = *event.text("type");
    entry.id = *event.text("id");
    if (const std::string* time = event.text("time"))
        entry.time = std::chrono::floor<std::chrono::seconds>(*from_rfc3339(*time));
    if (const std::string* subject = event.text("subject"))
        entry.resources.push_back(*subject);
    if (event.attributes.find(kBusAttribute)) {
        const std::string* bus = event.text(kBusAttribute);
        if (!bus || bus->empty())
            return Error{Errc::InvalidArgument, "eventbusname must be the name or the ARN of a bus"};
        entry.bus = *bus;
    }
    if (const std::string* parent = event.text("traceparent"))
        entry.trace_header = trace_header(*parent);
    entry.detail = json::write(options.shape == DetailShape::Whole ? whole_detail(event) : plain_detail(event));
    if (Status valid = check(entry, options); !valid)
        return std::move(valid).error();
    return entry;
}

Result<CloudEntry> entry_of(Result<CloudEvent> event, const CloudOptions& options) {
    return event ? entry_of(std::move(*event), options) : Result<CloudEntry>{std::move(event).error()};
}

std::unexpected<CloudError> refused(Error error, std::optional<std::size_t> index = std::nullopt) {
    if (index)
        error = std::move(error).within("batch[" + std::to_string(*index) + "]");
    return std::unexpected{CloudError{error.code == Errc::LimitExceeded ? 413 : 400, std::move(error.message), index}};
}

Entries one(Result<CloudEvent> event, const CloudOptions& options) {
    auto entry = entry_of(std::move(event), options);
    if (!entry)
        return refused(std::move(entry).error());
    return std::vector<CloudEntry>{std::move(*entry)};
}

Entries read_structured(const http::Request& request, const CloudOptions& options) {
    auto event = json::parse(request.body, {.depth = kCloudEventDepth});
    if (!event)
        return refused(std::move(event).error().within("the body"));
    return one(cloud_event_from_json(std::move(*event)), options);
}

Entries read_batch(const http::Request& request, const CloudOptions& options) {
    auto batch = json::parse(request.body, {.depth = kCloudEventDepth + 1});
    if (!batch)
        return refused(std::move(batch).error().within("the body"));
    json::Array* events = batch->as_array();
    if (!events)
        return refused({Errc::InvalidArgument, "a batch must be an array, not " + std::string{batch->type_name()}});
    if (events->size() > options.max_events)
        return refused({Errc::LimitExceeded, "a batch has at most " + std::to_string(options.max_events) + " events"});
    std::vector<CloudEntry> entries;
    for (auto& event : *events) {
        auto entry = entry_of(cloud_event_from_json(std::move(event)), options);
        if (!entry)
            return refused(std::move(entry).error(), entries.size());
        entries.push_back(std::move(*entry));
    }
    return entries;
}

Entries unsupported(std::string message) { return std::unexpected{CloudError{415, std::move(message), std::nullopt}}; }

bool starts_with_cloud_events(std::string_view type) {
    constexpr std::string_view kPrefix = "application/cloudevents";
    return type.size() >= kPrefix.size() && is_media_type(type.substr(0, kPrefix.size()), kPrefix);
}

}  // namespace

Entries read_cloud_events(const http::Request& request, const CloudOptions& options) {
    const std::string_view type = media_type(request);
    if (!starts_with_cloud_events(type)) {
        if (!request.headers.find("ce-specversion"))
            return unsupported(
                "not a CloudEvent: neither is the Content-Type one of theirs, nor is there a ce-specversion");
        return one(cloud_event_from_binary(request), options);
    }
    const std::string charset = charset_of(request.headers.find("Content-Type").value_or(""));
    if (!charset.empty() && charset != "utf-8" && charset != "us-ascii")
        return unsupported("the charset must be utf-8");
    if (is_media_type(type, "application/cloudevents+json"))
        return read_structured(request, options);
    if (is_media_type(type, "application/cloudevents-batch+json"))
        return read_batch(request, options);
    return unsupported(
        "CloudEvents are understood in JSON: application/cloudevents+json or application/cloudevents-batch+json");
}

}  // namespace rialto::api
