#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "rialto/base/result.hpp"

namespace rialto::api {

/// The parameters of a query string, decoded. Of a name that stands twice the last one counts.
class Query {
public:
    /// InvalidArgument for an escape that is none or text that is not UTF-8.
    static Result<Query> parse(std::string_view text);

    const std::string* find(std::string_view name) const;

    /// A name that is none of `known`; null if there is none.
    const std::string* stranger(std::span<const std::string_view> known) const;

    /// A whole number in the range, or `otherwise` if the parameter is missing. InvalidArgument says what is allowed.
    Result<std::int64_t> number(std::string_view name, std::int64_t otherwise, std::int64_t least,
                                std::int64_t most) const;

private:
    std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace rialto::api
