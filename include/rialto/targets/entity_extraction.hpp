#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rialto/async/worker_pool.hpp"
#include "rialto/delivery/target.hpp"
#include "rialto/entities/tagger.hpp"
#include "rialto/posts/posts.hpp"

namespace rialto::targets {

/// Finds the persons, locations, ... that a post mentions and writes them into it, if the text that was read is still
/// current; if it is not, reads again. Idempotent. Tagging runs on `pool`, never on an I/O thread.
class EntityExtraction final : public delivery::Target {
public:
    EntityExtraction(posts::Posts& posts, const entities::Tagger& tagger, WorkerPool& pool)
        : posts_{posts}, tagger_{tagger}, pool_{pool} {}

    Task<delivery::Outcome> deliver(const delivery::Attempt& attempt) override;

private:
    posts::Posts& posts_;
    const entities::Tagger& tagger_;
    WorkerPool& pool_;
};

/// Entities as a post carries them: `{"persons":["Joe"],"locations":["Spain"]}`. One list for each type that occurs,
/// each text once, in order of occurrence, at most 100 a type.
std::string entities_json(std::string_view text, const std::vector<entities::Entity>& found);

}  // namespace rialto::targets
