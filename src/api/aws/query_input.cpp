#include "api/aws/query_input.hpp"

#include <charconv>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace rialto::api::aws {
namespace {

using Type = Shape::Type;

/// Of a map: more than any service allows. Whoever looks into it goes through all of them.
constexpr std::size_t kMostEntries = 1'000;

/// Nothing, if no parameter is of this value.
using Found = Outcome<std::optional<json::Value>>;

std::string below(const std::string& path, const std::string& name) { return path.empty() ? name : path + '.' + name; }

class Reader {
public:
    explicit Reader(const Query& parameters) : parameters_{parameters} {}

    Outcome<json::Object> structure(const Shape& shape, const std::string& path) const {
        std::vector<json::Member> members;
        for (const Member& member : shape.members) {
            const bool flat = member.shape.flat.has_value();
            auto value = read(member.shape, below(path, flat ? member.shape.flat->entry : member.name));
            if (!value)
                return std::unexpected{std::move(value.error())};
            if (*value)
                members.emplace_back(member.name, **std::move(value));
        }
        return json::Object{std::move(members)};
    }

private:
    Found read(const Shape& shape, const std::string& path) const {
        switch (shape.type) {
            case Type::List:
                return list(shape, shape.flat ? path : path + ".member");
            case Type::Map:
                return map(shape, shape.flat ? path : path + ".entry");
            case Type::Structure:
                return some(structure(shape, path));
            default:
                return scalar(shape, path);
        }
    }

    static Found some(Outcome<json::Object> object) {
        if (!object)
            return std::unexpected{std::move(object.error())};
        if (object->empty())
            return std::nullopt;
        return std::optional<json::Value>{std::move(*object)};
    }

    /// Numbers begin with 1, and the first one that is missing ends the list.
    Found list(const Shape& shape, const std::string& path) const {
        json::Array elements;
        while (true) {
            auto element = read(shape.inner.front(), path + '.' + std::to_string(elements.size() + 1));
            if (!element)
                return element;
            if (!*element)
                break;
            elements.push_back(**std::move(element));
        }
        if (elements.empty())
            return std::nullopt;
        return std::optional<json::Value>{std::move(elements)};
    }

    Found map(const Shape& shape, const std::string& path) const {
        const std::string key_name = shape.flat ? shape.flat->key : "key";
        const std::string value_name = shape.flat ? shape.flat->value : "value";
        std::vector<json::Member> entries;
        std::map<std::string_view, std::size_t> places;  // of the entries, by key
        for (std::size_t number = 1;; ++number) {
            const std::string entry = path + '.' + std::to_string(number);
            const std::string* key = parameters_.find(below(entry, key_name));
            if (key == nullptr)
                break;
            auto value = read(shape.inner.back(), below(entry, value_name));
            if (!value)
                return value;
            if (!*value)
                continue;
            if (entries.size() == kMostEntries)
                return std::unexpected{Failure{Exception::MalformedQueryString,
                                               path + " has more than " + std::to_string(kMostEntries) + " entries."}};
            const auto [place, is_new] = places.emplace(*key, entries.size());
            if (is_new)
                entries.emplace_back(*key, **std::move(value));
            else
                entries[place->second].second = **std::move(value);
        }
        return some(json::Object{std::move(entries)});
    }

    Found scalar(const Shape& shape, const std::string& path) const {
        const std::string* text = parameters_.find(path);
        if (text == nullptr)
            return std::nullopt;
        if (shape.type == Type::Boolean) {
            if (*text == "true" || *text == "false")
                return std::optional<json::Value>{*text == "true"};
            return malformed(*text, path);
        }
        if (!is_number(shape.type))
            return std::optional<json::Value>{*text};
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
        if (error != std::errc{} || end != text->data() + text->size())
            return malformed(*text, path);
        return std::optional<json::Value>{number};
    }

    static std::unexpected<Failure> malformed(const std::string& text, const std::string& path) {
        return std::unexpected{Failure{Exception::MalformedQueryString,
                                       "Value " + text + " for parameter " + path + " is not of its type."}};
    }

    const Query& parameters_;
};

}  // namespace

Outcome<json::Object> read_query(const Query& parameters, const Shape& shape) {
    return Reader{parameters}.structure(shape, "");
}

}  // namespace rialto::api::aws
