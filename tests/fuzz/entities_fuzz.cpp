#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rialto/base/utf8.hpp"
#include "rialto/entities/tagger.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto tagger = rialto::entities::Tagger::built_in();
    const std::string text = rialto::repair_utf8({reinterpret_cast<const char*>(data), size});
    std::size_t at = 0;
    for (const auto& entity : tagger->tag(text)) {
        const bool sound = entity.begin >= at && entity.end > entity.begin && entity.end <= text.size() &&
                           rialto::is_utf8(std::string_view{text}.substr(entity.begin, entity.end - entity.begin));
        if (!sound)
            std::abort();
        at = entity.end;
    }
    return 0;
}
