#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "api/aws/events/support.hpp"
#include "rialto/model/event.hpp"

namespace rialto::api::aws::events {

/// All entries of one request together, by entry_size().
inline constexpr std::size_t kMostBytes = 1'048'576;

/// Why one entry of a request is no event. Does not concern the others.
struct EntryFault {
    std::string code;
    std::string message;
};

/// What AWS counts: 14 bytes for a time, and those of source, detail type, detail and resources.
std::size_t entry_size(const json::Object& entry);

/// A detail without the space between its parts. Nothing if it is no JSON object, is nested deeper than an event may
/// be, or holds an integer of more than 64 bits.
std::optional<std::string> compact_detail(std::string_view detail);

/// The event that an entry of PutEvents or PutPartnerEvents is, without id, account and region; its time is `now` if it
/// has none. The detail is written compactly.
std::expected<model::Event, EntryFault> read_entry(const json::Object& entry, TimePoint now);

/// `{"EventId"}` or `{"ErrorCode", "ErrorMessage"}`.
json::Value result_of(const std::expected<model::Event, EntryFault>& event);

/// `{"FailedEntryCount", "Entries"}`.
Output results(json::Array entries);

}  // namespace rialto::api::aws::events
