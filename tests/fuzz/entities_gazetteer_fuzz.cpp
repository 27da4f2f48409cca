#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "rialto/entities/gazetteer.hpp"

/// The bytes as a file of names; a sentence's entities stay in order and apart.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rialto::entities;
    const auto own = Gazetteer::parse({reinterpret_cast<const char*>(data), size});
    if (!own)
        return 0;
    const std::vector<std::string_view> sentence{"Joe", "of", "the", "Acme", "Widgets", "Co.", "is", "in", "Spain"};
    std::vector<Entity> found{{Type::Person, 0, 1, 0.9F}, {Type::Organization, 3, 6, 0.9F}, {Type::Location, 8, 9, 1}};
    own->put_into(sentence, found);
    std::size_t at = 0;
    for (const Entity& entity : found) {
        if (entity.begin < at || entity.end <= entity.begin || entity.end > sentence.size())
            std::abort();
        at = entity.end;
    }
    return 0;
}
