#include "rialto/model/endpoint.hpp"

namespace rialto::model {

bool is_endpoint(std::string_view url) {
    if (const auto scheme = url.find("://"); scheme != std::string_view::npos) {
        const auto name = url.substr(0, scheme);
        if (name != "https" && name != "http")
            return false;
        url.remove_prefix(scheme + 3);
    }
    const auto authority = url.substr(0, url.find_first_of("/?#"));
    const auto host = authority.substr(0, authority.find(':'));
    return !host.empty() && authority.find_first_of("*@") == std::string_view::npos;
}

}  // namespace rialto::model
