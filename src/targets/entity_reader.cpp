#include "rialto/targets/entity_reader.hpp"

#include <utility>

namespace rialto::targets {

void EntityReader::use(std::shared_ptr<const entities::Gazetteer> own) {
    const std::lock_guard guard{mutex_};
    own_ = std::move(own);
}

std::shared_ptr<const entities::Gazetteer> EntityReader::own() const {
    const std::lock_guard guard{mutex_};
    return own_;
}

Task<Result<std::vector<entities::Entity>>> EntityReader::read(std::string text) const {
    const auto names = own();
    entities::Tagger::Reading reading{tagger_, text, names.get()};
    auto step = [&reading]() -> Result<bool> { return reading.step(); };
    for (;;) {
        const Result<bool> more = co_await pool_.run(step);
        if (!more)
            co_return more.error();
        if (!*more)
            co_return reading.found();
    }
}

}  // namespace rialto::targets
