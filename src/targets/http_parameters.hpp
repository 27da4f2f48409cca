#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rialto/base/result.hpp"
#include "rialto/http/message.hpp"
#include "rialto/targets/destination_directory.hpp"

namespace rialto::targets {

/// Puts fields in place of those of the same name, and the rest at the end.
void override_with(Fields& fields, const Fields& with);

/// `a=b&c=d`, percent-encoded.
std::string form_encode(const Fields& fields);

/// Sets header fields, in place of those of the same name. InvalidArgument for one that is HTTP's own business, such as
/// Host, Content-Length or Connection.
Status set_headers(http::Headers& headers, const Fields& with);

/// The URL of a call: each `*` in the endpoint's path filled by the next value, percent-encoded, and `query` added to
/// its query. InvalidArgument if values are missing, lead elsewhere (`.` and `..`), or the whole is too long.
Result<std::string> fill_endpoint(std::string_view endpoint, const std::vector<std::string>& path_values,
                                  const Fields& query);

}  // namespace rialto::targets
