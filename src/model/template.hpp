#pragma once

#include <string_view>
#include <vector>

namespace rialto::model {

/// A stretch of an input template: plain text, or a placeholder `<name>`.
struct Piece {
    std::string_view text;  ///< As it stands in the template, with the angle brackets of a placeholder.
    std::string_view name;  ///< Of the placeholder; empty in plain text.
    bool is_quoted;         ///< Stands inside a JSON string.
};

/// The pieces refer to `text`.
std::vector<Piece> split_template(std::string_view text);

/// Object templates put JSON into JSON; all others are text.
bool is_object_template(std::string_view text);

/// Whether the name is one of the reserved variables.
bool is_reserved(std::string_view name);

inline constexpr std::string_view kRuleArn = "aws.events.rule-arn";
inline constexpr std::string_view kRuleName = "aws.events.rule-name";
inline constexpr std::string_view kIngestionTime = "aws.events.event.ingestion-time";
inline constexpr std::string_view kEvent = "aws.events.event";
inline constexpr std::string_view kEventJson = "aws.events.event.json";

}  // namespace rialto::model
