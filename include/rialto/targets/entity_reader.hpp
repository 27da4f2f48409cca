#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "rialto/async/worker_pool.hpp"
#include "rialto/entities/gazetteer.hpp"
#include "rialto/entities/tagger.hpp"

namespace rialto::targets {

/// Reads texts for entities, never on an I/O thread and a few milliseconds at a time: a text of a megabyte takes its
/// turns on the pool beside the short ones and delays none. Thread-safe.
class EntityReader {
public:
    /// Both must outlive it.
    EntityReader(const entities::Tagger& tagger, WorkerPool& pool) : tagger_{tagger}, pool_{pool} {}

    /// Texts of which the reading begins from now on are read for these names, too; null: for none.
    void use(std::shared_ptr<const entities::Gazetteer> own);

    /// What is in the text, which is well-formed UTF-8. Unavailable if too many texts wait.
    Task<Result<std::vector<entities::Entity>>> read(std::string text) const;

private:
    std::shared_ptr<const entities::Gazetteer> own() const;

    const entities::Tagger& tagger_;
    WorkerPool& pool_;
    mutable std::mutex mutex_;  ///< Guards `own_`.
    std::shared_ptr<const entities::Gazetteer> own_;
};

}  // namespace rialto::targets
