#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/rest/query.hpp"
#include "rialto/base/result.hpp"
#include "rialto/delivery/observer.hpp"
#include "rialto/inspection/attempt_log.hpp"
#include "rialto/json/value.hpp"
#include "rialto/storage/delivery_store.hpp"

/// What `/deliveries` and `/dead-letters` have in common.
namespace rialto::api {

/// Stored JSON text as a value; as a string if it is none.
json::Value stored_json(const std::string& text);

json::Object attempt_json(const storage::FailedAttempt& attempt);
json::Object attempt_json(const inspection::LoggedAttempt& attempt);
json::Array attempts_json(const std::vector<storage::FailedAttempt>& attempts);

/// "delivered", "retrying", "given-up" or "split".
std::string_view word_for(delivery::AttemptReport::Result outcome);
std::optional<delivery::AttemptReport::Result> outcome_of(std::string_view word);

/// A whole number above 0 as text; 0, which is no id, for anything else.
std::int64_t id_from(std::string_view text);

/// The parameter of that name, if it is given.
std::optional<std::string> optional_text(const Query& query, std::string_view name);

}  // namespace rialto::api
