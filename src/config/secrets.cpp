#include "config/secrets.hpp"

#include <string>

#include "config/scalars.hpp"

namespace rialto::config {

bool read_secret(MapReader& map, std::string_view key, Secret& secret, SecretCheck check) {
    const auto checked = [check](Rule<Secret> rule) -> Rule<Secret> {
        return [check, rule = std::move(rule)](const Node& node) -> Result<Secret> {
            auto read = rule(node);
            if (read && check != nullptr)
                if (Status valid = check(*read); !valid)
                    return std::move(valid).error();
            return read;
        };
    };
    const std::string file_key = std::string{key} + "File";
    const bool text = map.read(key, secret, checked(secret_text()));
    const bool file = map.read(file_key, secret, checked(secret_file(map.reading().folder)));
    if (text && file)
        map.problem("has both " + std::string{key} + " and " + file_key + "; give one of them");
    return text || file;
}

}  // namespace rialto::config
