#include "storage/sqlite/dictionaries.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace rialto::storage::sqlite {
namespace {

constexpr std::int64_t kLearnedFrom = 1000;            // entries, and of each
constexpr std::size_t kLearnedFromEach = 1024;         // bytes,
constexpr std::int64_t kLearnedFromAtMost = 64 << 10;  // if it has no more: what is larger takes long to read

}  // namespace

void drop_needless_dictionaries(Connection& db) {
    db.run("DELETE FROM archive_dictionaries WHERE NOT EXISTS (SELECT 1 FROM archive_entries)");
}

Result<LoadedPacker> load_packer(Connection& db) {
    LoadedPacker loaded{.packer = std::make_unique<TextPacker>()};
    Statement rows = db.query("SELECT learned_at, text FROM archive_dictionaries ORDER BY row");
    while (rows.step()) {
        loaded.learned_at = rows.number(0);
        if (Status added = loaded.packer->add(rows.text(1)); !added)
            return added.error();
    }
    if (auto failure = db.take_failure())
        return std::move(failure->error);
    return loaded;
}

Sample sample_entries(Connection& db, const TextPacker& packer, std::int64_t looked_at) {
    const std::int64_t last = db.number("SELECT max(row) FROM archive_entries");
    if (last < looked_at)
        looked_at = 0;  // the newest went, and numbers begin anew behind what is left
    if (last < kLearnedFrom || last / 2 < looked_at)
        return {.looked_at = looked_at, .texts = {}};
    Sample sample{.looked_at = last, .texts = {}};
    const std::int64_t step = std::max<std::int64_t>(1, last / 2 / kLearnedFrom);
    for (std::int64_t row = last; row > 0 && std::ssize(sample.texts) < kLearnedFrom; row -= step) {
        Statement entry =
            db.query("SELECT envelope FROM archive_entries WHERE row = ? AND size <= ?", row, kLearnedFromAtMost);
        if (!entry.step())
            continue;
        if (auto text = packer.unpack(entry.text(0)))  // else whoever reads it is told
            sample.texts.push_back(text->substr(0, kLearnedFromEach));
    }
    return sample;
}

void store_dictionary(Connection& db, std::string_view text, std::int64_t at) {
    db.run("INSERT INTO archive_dictionaries(learned_at, text) VALUES (?, ?)", at, Blob{text});
}

}  // namespace rialto::storage::sqlite
