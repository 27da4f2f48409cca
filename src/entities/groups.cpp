#include "rialto/entities/groups.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <unordered_set>
#include <utility>

#include "entities/characters.hpp"
#include "rialto/base/utf8.hpp"
#include "rialto/json/value.hpp"

namespace rialto::entities {
namespace {

std::string with_single_spaces(std::string_view text) {
    std::string out;
    bool space = false;
    for (std::size_t at = 0; at < text.size();) {
        const Char c = char_at(text, at);
        const bool white = c.code != 0 && class_of(c.code) == CharClass::Space && (c.code <= U' ' || c.code == 0xA0);
        if (!white) {
            if (space)
                out += ' ';
            out += text.substr(at, c.size);
        }
        space = white;
        at += c.size;
    }
    return out;
}

template <class Number>
void append_number(std::string& out, Number number) {
    std::array<char, 32> digits;
    out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

void append_names(std::string& out, const Group& group) {
    out.append("\"").append(group_name_of(group.type)).append("\":[");
    for (const std::string& name : group.names) {
        if (&name != group.names.data())
            out += ',';
        out += json::quote(name);
    }
    out += "],";
}

void append_mention(std::string& out, std::string_view text, const Entity& entity, CodePoints& points) {
    out.append("{\"text\":").append(json::quote(text.substr(entity.begin, entity.end - entity.begin)));
    out.append(",\"type\":\"").append(name_of(entity.type)).append("\",\"score\":");
    append_number(out, entity.score);
    out += ",\"beginOffset\":";
    append_number(out, points.before(entity.begin));
    out += ",\"endOffset\":";
    append_number(out, points.before(entity.end));
    out += ",\"beginByte\":";
    append_number(out, entity.begin);
    out += ",\"endByte\":";
    append_number(out, entity.end);
    out += '}';
}

}  // namespace

std::string_view group_name_of(Type type) {
    constexpr std::array<std::string_view, kTypes> kNames{
        "persons", "locations", "organizations", "commercialItems", "events", "dates", "quantities", "titles", "other"};
    return kNames[static_cast<std::size_t>(type)];
}

std::vector<Group> group(std::string_view text, std::span<const Entity> found, std::size_t most) {
    std::array<std::vector<std::string>, kTypes> names;
    std::array<std::unordered_set<std::string>, kTypes> known;
    for (const Entity& entity : found) {
        const auto type = static_cast<std::size_t>(entity.type);
        if (names[type].size() == most)
            continue;
        std::string name = with_single_spaces(text.substr(entity.begin, entity.end - entity.begin));
        if (known[type].insert(name).second)
            names[type].push_back(std::move(name));
    }
    std::vector<Group> groups;
    for (std::size_t type = 0; type < kTypes; ++type)
        if (!names[type].empty())
            groups.push_back({static_cast<Type>(type), std::move(names[type])});
    return groups;
}

std::size_t CodePoints::before(std::size_t byte) {
    count_ += count_code_points(text_.substr(byte_, byte - byte_));
    byte_ = byte;
    return count_;
}

std::string to_json(std::string_view text, std::span<const Entity> found) {
    constexpr std::size_t kMentionBytes = 150;
    std::string out;
    out.reserve(found.size() * kMentionBytes + 64);
    out += '{';
    for (const Group& one : group(text, found, std::numeric_limits<std::size_t>::max()))
        append_names(out, one);
    out += "\"entities\":[";
    CodePoints points{text};
    for (const Entity& entity : found) {
        if (&entity != found.data())
            out += ',';
        append_mention(out, text, entity, points);
    }
    return out += "]}";
}

}  // namespace rialto::entities
