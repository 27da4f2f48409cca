#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "rialto/base/clock.hpp"
#include "rialto/base/result.hpp"
#include "rialto/json/value.hpp"
#include "rialto/model/path.hpp"

namespace rialto::model {

/// What a target is given of an event (AWS: "Amazon EventBridge input transformation").
struct WholeEvent {
    bool operator==(const WholeEvent&) const = default;
};
struct ConstantInput {
    std::string json;  ///< Passed on verbatim.
    bool operator==(const ConstantInput&) const = default;
};
struct PathInput {
    Path path;
    bool operator==(const PathInput&) const = default;
};
struct TransformedInput {
    std::vector<std::pair<std::string, Path>>
        paths;                   ///< At most 100; names of [A-Za-z0-9_-]+, none starts with "AWS.".
    std::string input_template;  ///< 1 to 8192 characters.
    bool operator==(const TransformedInput&) const = default;
};
using Input = std::variant<WholeEvent, ConstantInput, PathInput, TransformedInput>;

/// What the reserved variables `<aws.events...>` stand for.
struct InputContext {
    std::string rule_arn;
    std::string rule_name;
    TimePoint ingested;
};

/// What is wrong with a transformer.
struct TransformerFault {
    enum class Kind {
        Names,        ///< Of paths: characters, or too many.
        Length,       ///< Of the template.
        Placeholder,  ///< It has no path.
        NeedsObject,  ///< The placeholder is good only in an object template.
        InKey,        ///< A placeholder is part of a key.
        Form,         ///< With values in it, the template is not JSON.
    };
    Kind kind;
    std::string name;     ///< Of the placeholder, if it is one that is wrong.
    std::string message;  ///< For people.
};

/// Checks a transformer as PutTargets does: names, template, placeholders. Nothing if all is well.
std::optional<TransformerFault> fault_of(const TransformedInput& input);

/// The same as InvalidArgument.
Status validate(const TransformedInput& input);

/// The text that the target gets. `envelope` is the event's JSON text and `event` the same, parsed. InvalidArgument
/// ("Invalid input for target.") if an object template does not come out as JSON: the attempt then fails for good.
Result<std::string> shape(const Input& input, const std::string& envelope, const json::Value& event,
                          const InputContext& context);

/// The same whether or not it came out as JSON: what a dead letter of such an attempt holds.
std::string shaped_text(const Input& input, const std::string& envelope, const json::Value& event,
                        const InputContext& context);

}  // namespace rialto::model
