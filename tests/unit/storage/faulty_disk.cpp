#include "faulty_disk.hpp"

#include <sqlite3.h>

#include <atomic>
#include <deque>
#include <mutex>

namespace rialto::storage {
namespace {

// SQLite's file layer is a table of C functions, so its state is of the file.
std::atomic<int> write_code = SQLITE_OK;
std::atomic<int> sync_code = SQLITE_OK;
std::atomic<int> syncs_done = 0;

/// A table of file methods of SQLite's with two places changed. It has one table for databases and one for logs.
struct Layer {
    sqlite3_io_methods changed;  // first: a file points to it, and the layer is found by that
    const sqlite3_io_methods* real;
};

sqlite3_vfs* real = nullptr;
sqlite3_vfs faulty;
std::mutex mutex;  // guards layers
std::deque<Layer> layers;

const sqlite3_io_methods& real_methods(const sqlite3_file& file) {
    return *reinterpret_cast<const Layer*>(file.pMethods)->real;
}

int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
    return write_code != SQLITE_OK ? write_code.load() : real_methods(*file).xWrite(file, bytes, size, at);
}

int sync(sqlite3_file* file, int flags) {
    if (sync_code != SQLITE_OK)
        return sync_code;
    ++syncs_done;
    return real_methods(*file).xSync(file, flags);
}

Layer& layer_over(const sqlite3_io_methods* methods) {
    const std::lock_guard lock{mutex};
    for (Layer& layer : layers) {
        if (layer.real == methods)
            return layer;
    }
    Layer& layer = layers.emplace_back(Layer{.changed = *methods, .real = methods});
    layer.changed.xWrite = write;
    layer.changed.xSync = sync;
    return layer;
}

int open(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* out) {
    const int code = real->xOpen(real, name, file, flags, out);
    if (code == SQLITE_OK && file->pMethods)
        file->pMethods = &layer_over(file->pMethods).changed;
    return code;
}

}  // namespace

FaultyDisk::FaultyDisk() {
    real = sqlite3_vfs_find(nullptr);
    faulty = *real;
    faulty.pNext = nullptr;
    faulty.zName = "faulty";
    faulty.xOpen = open;
    sqlite3_vfs_register(&faulty, 1);
    fail_writes(SQLITE_OK);
    fail_syncs(SQLITE_OK);
}

FaultyDisk::~FaultyDisk() {
    sqlite3_vfs_unregister(&faulty);
    sqlite3_vfs_register(real, 1);
}

void FaultyDisk::fail_writes(int code) { write_code = code; }
void FaultyDisk::fail_syncs(int code) { sync_code = code; }
int FaultyDisk::syncs() const { return syncs_done; }

}  // namespace rialto::storage
