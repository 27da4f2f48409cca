#include "rapidjson.hpp"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "rialto/base/utf8.hpp"

namespace rialto::bench {
namespace {

/// An array or object of which the end has not been read.
struct Container {
    json::Value finish() {
        if (is_object)
            return json::Object{std::move(members)};
        return std::move(elements);
    }

    bool is_object;
    json::Array elements;
    std::vector<json::Member> members;
    std::string name;  // of the member that is being read
};

/// Builds the value. That false ends the reading, and all names but put() and its like, are RapidJSON's.
class Builder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Builder> {
public:
    using Size = rapidjson::SizeType;

    json::Value take() { return std::move(root_); }

    bool Null() { return put(nullptr); }
    bool Bool(bool value) { return put(value); }
    bool RawNumber(const char* text, Size length, bool) { return put(json::Number{std::string{text, length}}); }
    bool String(const char* text, Size length, bool) {
        return is_utf8({text, length}) && put(std::string{text, length});
    }
    bool Key(const char* text, Size length, bool) {
        const std::string_view name{text, length};
        Container& object = open_.back();
        object.name = name;
        return is_utf8(name) && std::ranges::find(object.members, name, &json::Member::first) == object.members.end();
    }
    bool StartObject() { return open(true); }
    bool StartArray() { return open(false); }
    bool EndObject(Size) { return close(); }
    bool EndArray(Size) { return close(); }

private:
    bool open(bool is_object) {
        if (open_.size() == json::ParseLimits{}.depth)
            return false;
        open_.push_back({.is_object = is_object, .elements = {}, .members = {}, .name = {}});
        return true;
    }

    bool close() {
        json::Value value = open_.back().finish();
        open_.pop_back();
        return put(std::move(value));
    }

    bool put(json::Value value) {
        if (open_.empty())
            root_ = std::move(value);
        else if (Container& inner = open_.back(); inner.is_object)
            inner.members.emplace_back(std::move(inner.name), std::move(value));
        else
            inner.elements.push_back(std::move(value));
        return true;
    }

    std::vector<Container> open_;
    json::Value root_;
};

}  // namespace

// Without RAPIDJSON_SSE2: 1.1.0 lets control characters from 0x1A through with it, and wants a NUL behind the text.
std::optional<json::Value> rapidjson_parse(std::string_view text) {
    constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;
    rapidjson::MemoryStream stream{text.data(), text.size()};
    rapidjson::Reader reader;
    Builder builder;
    if (reader.Parse<kFlags>(stream, builder).IsError() || stream.Tell() != text.size())
        return std::nullopt;
    return builder.take();
}

}  // namespace rialto::bench
