#include "tests/oracle/event.hpp"

namespace rialto::oracle {
namespace {

class Flattener {
public:
    void object(const Json& json, const std::string& prefix) {
        for (std::size_t i = 0; i < json.values.size(); ++i)
            value(json.values[i], prefix + json.names[i].value);
    }

    Event event;

private:
    void value(const Json& json, const std::string& path) {
        if (json.kind == Json::Kind::Object)
            object(json, path + ".");
        else if (json.kind == Json::Kind::Array)
            array(json, path);
        else
            event[path].push_back({json.kind, json.text.value, place_});
    }

    void array(const Json& json, const std::string& path) {
        const int array = arrays_++;
        for (std::size_t i = 0; i < json.values.size(); ++i) {
            if (!json.values[i].is_scalar())
                place_[array] = static_cast<int>(i);
            value(json.values[i], path);
            place_.erase(array);
        }
    }

    Place place_;
    int arrays_ = 0;
};

}  // namespace

std::optional<Event> parse_event(std::string_view text) {
    const auto json = parse_json(text, Rest::Refused);
    if (!json || json->kind != Json::Kind::Object)
        return std::nullopt;
    Flattener flattener;
    flattener.object(*json, "");
    return std::move(flattener.event);
}

}  // namespace rialto::oracle
