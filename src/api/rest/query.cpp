#include "api/rest/query.hpp"

#include <algorithm>

#include <charconv>
#include <utility>

#include "rialto/base/encoding.hpp"
#include "rialto/base/utf8.hpp"

namespace rialto::api {

Result<Query> Query::parse(std::string_view text) {
    Query query;
    while (!text.empty()) {
        const auto end = text.find('&');
        const std::string_view pair = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        const auto equals = pair.find('=');
        auto name = percent_decode(pair.substr(0, equals), true);
        auto value = percent_decode(equals == std::string_view::npos ? "" : pair.substr(equals + 1), true);
        if (!name || !value || !is_utf8(*name) || !is_utf8(*value))
            return Error{Errc::InvalidArgument, "the query string is not well-formed"};
        if (!name->empty())
            query.values_.insert_or_assign(std::move(*name), std::move(*value));
    }
    return query;
}

const std::string* Query::find(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second;
}

const std::string* Query::stranger(std::span<const std::string_view> known) const {
    for (const auto& [name, value] : values_)
        if (std::ranges::find(known, name) == known.end())
            return &name;
    return nullptr;
}

Result<std::int64_t> Query::number(std::string_view name, std::int64_t otherwise, std::int64_t least,
                                   std::int64_t most) const {
    const std::string* text = find(name);
    if (text == nullptr)
        return otherwise;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc{} || end != text->data() + text->size() || value < least || value > most)
        return Error{Errc::InvalidArgument, std::string{name} + " must be a whole number from " +
                                                std::to_string(least) + " to " + std::to_string(most)};
    return value;
}

}  // namespace rialto::api
