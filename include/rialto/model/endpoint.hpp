#pragma once

#include <string_view>

namespace rialto::model {

/// Whether it is a URL by http or https, perhaps without its scheme, of a host without wildcards or a user: what an API
/// destination or an authorization server may be called by.
bool is_endpoint(std::string_view url);

}  // namespace rialto::model
