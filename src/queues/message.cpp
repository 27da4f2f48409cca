#include "rialto/queues/message.hpp"

#include <string_view>

#include "rialto/base/encoding.hpp"

namespace rialto::queues {
namespace {

void append_sized(std::string& text, std::string_view part) {
    const auto size = static_cast<std::uint32_t>(part.size());
    for (const unsigned shift : {24U, 16U, 8U, 0U})
        text += static_cast<char>(size >> shift & 0xFFU);
    text += part;
}

}  // namespace

std::size_t size_of(const Draft& draft) {
    std::size_t size = draft.body.size();
    for (const auto& [name, attribute] : draft.attributes)
        size += name.size() + attribute.type.size() + attribute.value.size();
    return size;
}

std::string digest_of(const std::string& body) { return to_hex(md5(body)); }

/// As the developer guide of SQS has it: by name, each part after its length.
std::string digest_of(const MessageAttributes& attributes) {
    constexpr char kText = 1;
    constexpr char kBinary = 2;
    std::string text;
    for (const auto& [name, attribute] : attributes) {
        append_sized(text, name);
        append_sized(text, attribute.type);
        text += attribute.is_binary() ? kBinary : kText;
        append_sized(text, attribute.value);
    }
    return to_hex(md5(text));
}

}  // namespace rialto::queues
