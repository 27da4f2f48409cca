#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>

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

/// The event that an entry of PutEvents or PutPartnerEvents is, without id, account and region; its time is `now` if it
/// has none. The detail is written compactly.
std::expected<model::Event, EntryFault> read_entry(const json::Object& entry, TimePoint now);

/// `{"EventId"}` or `{"ErrorCode", "ErrorMessage"}`.
json::Value result_of(const std::expected<model::Event, EntryFault>& event);

/// `{"FailedEntryCount", "Entries"}`.
Output results(json::Array entries);

}  // namespace rialto::api::aws::events
