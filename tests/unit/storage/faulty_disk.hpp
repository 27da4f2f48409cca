#pragma once

#include <cstdint>

namespace rialto::storage {

/// Which calls of the disk fail, and how.
struct Fault {
    enum class Of : std::uint8_t { All, Writes, Syncs };
    enum class In : std::uint8_t { All, Database, Log };

    Of of = Of::All;    ///< A file that is cut short is a write.
    In in = In::All;    ///< The log of writes, or the database and whatever else there is.
    bool full = false;  ///< Writes find no space, instead of an I/O error.
    int after = 0;      ///< So many of these calls still succeed.
    bool once = false;  ///< Instead of all from there on.
};

/// A disk that fails on command: while one lives, databases opened by SQLite write and sync through it.
///
/// Stands in front of SQLite's own file layer. Make it before the store and let it go after it.
class FaultyDisk {
public:
    FaultyDisk();
    ~FaultyDisk();
    FaultyDisk(const FaultyDisk&) = delete;
    FaultyDisk& operator=(const FaultyDisk&) = delete;

    void fail(const Fault& fault) const;

    /// All calls succeed again. How many failed since fail().
    int mend() const;

    /// Successful syncs so far.
    int syncs() const;
};

}  // namespace rialto::storage
