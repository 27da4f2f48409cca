#pragma once

namespace rialto::storage {

/// A disk that fails on command: while one lives, databases opened by SQLite write and sync through it.
///
/// Stands in front of SQLite's own file layer. Make it before the store and let it go after it.
class FaultyDisk {
public:
    FaultyDisk();
    ~FaultyDisk();
    FaultyDisk(const FaultyDisk&) = delete;
    FaultyDisk& operator=(const FaultyDisk&) = delete;

    /// Every write from now on answers with this SQLite code, SQLITE_OK for success.
    void fail_writes(int code);
    void fail_syncs(int code);

    /// Successful syncs so far.
    int syncs() const;
};

}  // namespace rialto::storage
