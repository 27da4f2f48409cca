#include "targets/event_text.hpp"

#include "rialto/model/path.hpp"

namespace rialto::targets {

Result<std::string> text_at(const json::Value& event, std::string_view path) {
    const auto parsed = model::Path::parse(path);
    if (!parsed)
        return parsed.error();
    const auto found = parsed->find(event);
    const std::string* text = found ? found->as_string() : nullptr;
    if (text == nullptr)
        return Error{Errc::InvalidArgument, "the event has no text at " + std::string{path}};
    return *text;
}

std::string text_or_empty(const json::Value& event, std::string_view path) {
    return text_at(event, path).value_or(std::string{});
}

}  // namespace rialto::targets
