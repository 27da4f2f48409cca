#include "rialto/model/arn.hpp"

#include <array>

namespace rialto::model {

std::optional<Arn> Arn::parse(std::string_view text) {
    std::array<std::string_view, 5> parts;  // "arn" and what follows it, up to the resource
    for (auto& part : parts) {
        const auto end = text.find(':');
        if (end == std::string_view::npos)
            return std::nullopt;
        part = text.substr(0, end);
        text.remove_prefix(end + 1);
    }
    if (parts[0] != "arn" || parts[1].empty() || parts[2].empty() || text.empty())
        return std::nullopt;
    return Arn{.partition = std::string{parts[1]},
               .service = std::string{parts[2]},
               .region = std::string{parts[3]},
               .account = std::string{parts[4]},
               .resource = std::string{text}};
}

std::string Arn::text() const {
    return "arn:" + partition + ':' + service + ':' + region + ':' + account + ':' + resource;
}

std::optional<std::string> Arn::name_after(std::string_view kind) const {
    if (!resource.starts_with(kind) || resource.size() == kind.size())
        return std::nullopt;
    return resource.substr(kind.size());
}

}  // namespace rialto::model
