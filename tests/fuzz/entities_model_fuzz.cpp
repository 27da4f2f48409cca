#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "entities/model/embedded.hpp"
#include "entities/model_file.hpp"
#include "rialto/entities/tagger.hpp"

namespace {

using namespace rialto::entities;

constexpr std::string_view kText = "Joe Smith lives in New York City, not in Madrid. He paid $20 on 3 March 2026.";

void tag_with(std::string_view model) {
    const auto tagger = Tagger::from_bytes(model);
    if (!tagger)
        return;
    std::size_t at = 0;
    for (const Entity& entity : tagger->tag(kText)) {
        if (entity.begin < at || entity.end <= entity.begin || entity.end > kText.size())
            std::abort();
        at = entity.end;
    }
}

/// A model with a sound header whose sections, but for the transitions, have `bytes` over and over.
std::string model_of(std::string_view bytes) {
    auto sections = open_model(embedded_model()).value();
    std::array<std::string, kSections> filled;
    for (std::size_t i = 1; i < kSections && !bytes.empty(); ++i) {
        constexpr std::size_t kSize = 4096;
        while (filled[i].size() < kSize)
            filled[i] += bytes.substr(i % bytes.size());
        sections[i] = filled[i];
    }
    return write_model(sections);
}

}  // namespace

/// The bytes as a file, and as the content of one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    tag_with(bytes);
    if (!bytes.empty() && size < 4096)
        tag_with(model_of(bytes));
    return 0;
}
