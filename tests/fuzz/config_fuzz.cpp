#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rialto/config/config.hpp"

using namespace rialto;
using namespace rialto::config;

namespace {

std::optional<std::string> environment(std::string_view name) {
    if (name.size() > 3)
        return std::nullopt;
    return std::string{name};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text{reinterpret_cast<const char*>(data), size};
    const auto config = parse(text, "fuzz.yaml", environment);
    if (config && !needs_restart(*config, reloaded(*config, Config{})).empty())
        std::abort();
    if (!config && (config.error().message.empty() || config.error().code != Errc::InvalidArgument))
        std::abort();
    return 0;
}
