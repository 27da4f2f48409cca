#include "api/aws/caller.hpp"

#include <algorithm>
#include <string_view>

namespace rialto::api::aws {
namespace {

bool is_account(std::string_view text) {
    return text.size() == 12 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_region(std::string_view text) {
    constexpr std::size_t kLongest = 32;
    const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    return !text.empty() && text.size() <= kLongest && std::ranges::all_of(text, allowed);
}

/// What comes before the next slash, which is taken off `text` with it.
std::string_view take_part(std::string_view& text) {
    const auto part = text.substr(0, text.find('/'));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    return part;
}

/// Signature V4A is good for a set of regions, so that its scope names none.
bool is_of_many_regions(std::string_view authorization) { return authorization.starts_with("AWS4-ECDSA-"); }

}  // namespace

Caller caller_of(const http::RequestHead& request, const Caller& ours) {
    constexpr std::string_view kCredential = "Credential=";
    Caller caller = ours;
    auto text = request.headers.find("Authorization").value_or("");
    const bool of_many = is_of_many_regions(text);
    const auto begin = text.find(kCredential);
    if (begin == std::string_view::npos)
        return caller;
    text.remove_prefix(begin + kCredential.size());
    text = text.substr(0, text.find_first_of(", "));
    const auto key = take_part(text);
    (void)take_part(text);  // the date
    const auto region = of_many ? request.headers.find("X-Amz-Region-Set").value_or("") : take_part(text);
    if (is_account(key))
        caller.account = key;
    if (is_region(region))
        caller.region = region;
    return caller;
}

}  // namespace rialto::api::aws
