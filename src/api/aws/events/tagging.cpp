#include "api/aws/events/tagging.hpp"

#include <set>
#include <string>

namespace rialto::api::aws::events {

Outcome<void> check_tags(const json::Object& input) {
    constexpr std::size_t kMost = 50;
    const json::Value* tags = input.find("Tags");
    if (!tags)
        return {};
    std::set<std::string> keys;
    for (const json::Value& tag : *tags->as_array()) {
        const std::string& key = *tag.find("Key")->as_string();
        if (key.starts_with("aws:"))
            return failure(Exception::Validation, "Invalid parameter: Tag keys beginning with aws: are reserved.");
        if (!keys.insert(key).second)
            return failure(Exception::Validation, "Invalid parameter: Duplicated keys are not allowed.");
    }
    if (keys.size() > kMost)
        return failure(Exception::Validation, "Invalid parameter: A resource can have at most 50 tags.");
    return {};
}

}  // namespace rialto::api::aws::events
