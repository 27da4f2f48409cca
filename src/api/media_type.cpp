#include "api/media_type.hpp"

#include <algorithm>

namespace rialto::api {

std::string_view media_type(const http::RequestHead& head) {
    std::string_view type = head.headers.find("Content-Type").value_or("");
    type = type.substr(0, type.find(';'));
    while (type.ends_with(' ') || type.ends_with('\t'))
        type.remove_suffix(1);
    return type;
}

bool is_media_type(std::string_view type, std::string_view lower) {
    return std::ranges::equal(type, lower,
                              [](char x, char y) { return (x >= 'A' && x <= 'Z' ? x - 'A' + 'a' : x) == y; });
}

}  // namespace rialto::api
