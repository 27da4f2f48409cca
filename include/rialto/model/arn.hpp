#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rialto::model {

/// An Amazon Resource Name: `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE` (AWS General Reference). The resource may
/// hold colons and slashes; region and account may be empty.
struct Arn {
    std::string partition = "aws";
    std::string service;
    std::string region;
    std::string account;
    std::string resource;

    /// Nothing if the text has not that form.
    static std::optional<Arn> parse(std::string_view text);
    std::string text() const;

    /// What follows `kind` in the resource, as in `event-bus/NAME` by `event-bus/`. Nothing if it is of another kind.
    std::optional<std::string> name_after(std::string_view kind) const;

    bool operator==(const Arn&) const = default;
};

}  // namespace rialto::model
