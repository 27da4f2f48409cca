#include "api/aws/events/entry.hpp"

#include <charconv>
#include <string_view>
#include <utility>

#include "rialto/base/utf8.hpp"
#include "rialto/pattern/matcher.hpp"

namespace rialto::api::aws::events {
namespace {

constexpr std::size_t kTimeBytes = 14;
constexpr std::size_t kLongestDetailType = 128;

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// Where the string that begins at `at` ends: after its closing quote. The text is valid JSON.
std::size_t end_of_string(std::string_view text, std::size_t at) {
    for (++at; text[at] != '"'; ++at)
        if (text[at] == '\\')
            ++at;
    return at + 1;
}

/// Whether a number is no integer, or one of 64 bits.
bool fits(std::string_view number) {
    constexpr std::size_t kDigitsThatFit = 18;
    if (number.size() <= kDigitsThatFit || number.find_first_of(".eE") != std::string_view::npos)
        return true;
    std::int64_t value = 0;
    return std::from_chars(number.data(), number.data() + number.size(), value).ec == std::errc{};
}

/// Valid JSON without the space between its parts. Nothing if it holds an integer that no 64 bits have.
std::optional<std::string> compacted(std::string_view json) {
    std::string out;
    out.reserve(json.size());
    for (std::size_t at = 0; at < json.size();) {
        std::size_t end = at + 1;
        if (json[at] == '"') {
            end = end_of_string(json, at);
        } else if (json[at] == '-' || (json[at] >= '0' && json[at] <= '9')) {
            end = std::min(json.find_first_not_of("+-.0123456789eE", at), json.size());
            if (!fits(json.substr(at, end - at)))
                return std::nullopt;
        }
        if (!is_space(json[at]))
            out.append(json, at, end - at);
        at = end;
    }
    return out;
}

std::unexpected<EntryFault> required(const std::string& name) {
    return std::unexpected{EntryFault{
        "InvalidArgument", "Parameter " + name + " is not valid. Reason: " + name + " is a required argument."}};
}

const std::string* text_at(const json::Object& entry, std::string_view name) {
    const json::Value* value = entry.find(name);
    return value ? value->as_string() : nullptr;
}

}  // namespace

std::size_t entry_size(const json::Object& entry) {
    std::size_t size = entry.find("Time") ? kTimeBytes : 0;
    for (const char* name : {"Source", "DetailType", "Detail"})
        if (const std::string* text = text_at(entry, name))
            size += text->size();
    if (const json::Value* resources = entry.find("Resources"))
        for (const json::Value& resource : *resources->as_array())
            size += resource.as_string()->size();
    return size;
}

std::optional<std::string> compact_detail(std::string_view detail) {
    return pattern::check_event(detail) ? compacted(detail) : std::nullopt;
}

std::expected<model::Event, EntryFault> read_entry(const json::Object& entry, TimePoint now) {
    for (const char* name : {"Source", "DetailType", "Detail"})
        if (const std::string* text = text_at(entry, name); !text || text->empty())
            return required(name);
    model::Event event;
    event.source = *text_at(entry, "Source");
    event.detail_type = *text_at(entry, "DetailType");
    if (count_code_points(event.detail_type) > kLongestDetailType)
        return std::unexpected{EntryFault{"InvalidArgument",
                                          "Parameter DetailType is not valid. Reason: DetailType has more than 128 "
                                          "characters."}};
    const std::string& detail = *text_at(entry, "Detail");
    auto compact = compact_detail(detail);
    if (!compact)
        return std::unexpected{EntryFault{"MalformedDetail", "Detail is malformed."}};
    event.detail = std::move(*compact);
    const auto time = millis_in(entry, "Time");
    event.time = time ? TimePoint{Duration{*time}} : now;
    if (const json::Value* resources = entry.find("Resources"))
        for (const json::Value& resource : *resources->as_array())
            event.resources.push_back(*resource.as_string());
    return event;
}

json::Value result_of(const std::expected<model::Event, EntryFault>& event) {
    if (event)
        return json::Object{{"EventId", event->id}};
    return json::Object{{"ErrorCode", event.error().code}, {"ErrorMessage", event.error().message}};
}

Output results(json::Array entries) {
    std::int64_t failed = 0;
    for (const json::Value& entry : entries)
        failed += entry.find("ErrorCode") ? 1 : 0;
    return json::Object{{"FailedEntryCount", failed}, {"Entries", std::move(entries)}};
}

}  // namespace rialto::api::aws::events
