#include "faulty_disk.hpp"

#include <sqlite3.h>

#include <deque>
#include <mutex>
#include <optional>

namespace rialto::storage {
namespace {

/// A table of file methods of SQLite's with some places changed.
struct Layer {
    sqlite3_io_methods changed;  // first: a file points to it, and the layer is found by that
    const sqlite3_io_methods* real;
    Fault::In part;
};

// SQLite's file layer is a table of C functions, so its state is of the file.
sqlite3_vfs* real = nullptr;
sqlite3_vfs faulty;
std::mutex mutex;  // guards what follows
std::deque<Layer> layers;
std::optional<Fault> fault;
int calls = 0;  // that the fault concerns
int failures = 0;
int syncs_done = 0;

const Layer& layer_of(const sqlite3_file& file) { return *reinterpret_cast<const Layer*>(file.pMethods); }

bool fails(const sqlite3_file& file, Fault::Of call) {
    const std::lock_guard lock{mutex};
    if (!fault || (fault->of != Fault::Of::All && fault->of != call) ||
        (fault->in != Fault::In::All && fault->in != layer_of(file).part))
        return false;
    const int number = calls++;
    if (number < fault->after || (fault->once && number > fault->after))
        return false;
    ++failures;
    return true;
}

int write_code(int otherwise) {
    const std::lock_guard lock{mutex};
    return fault && fault->full ? SQLITE_FULL : otherwise;
}

int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
    if (fails(*file, Fault::Of::Writes))
        return write_code(SQLITE_IOERR_WRITE);
    return layer_of(*file).real->xWrite(file, bytes, size, at);
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (fails(*file, Fault::Of::Writes))
        return SQLITE_IOERR_TRUNCATE;
    return layer_of(*file).real->xTruncate(file, size);
}

int sync(sqlite3_file* file, int flags) {
    if (fails(*file, Fault::Of::Syncs))
        return SQLITE_IOERR_FSYNC;
    const int code = layer_of(*file).real->xSync(file, flags);
    const std::lock_guard lock{mutex};
    ++syncs_done;
    return code;
}

Layer& layer_over(const sqlite3_io_methods* methods, Fault::In part) {
    const std::lock_guard lock{mutex};
    for (Layer& layer : layers) {
        if (layer.real == methods && layer.part == part)
            return layer;
    }
    Layer& layer = layers.emplace_back(Layer{.changed = *methods, .real = methods, .part = part});
    layer.changed.xWrite = write;
    layer.changed.xTruncate = truncate;
    layer.changed.xSync = sync;
    return layer;
}

int open(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* out) {
    const int code = real->xOpen(real, name, file, flags, out);
    const auto part = (flags & SQLITE_OPEN_WAL) != 0 ? Fault::In::Log : Fault::In::Database;
    if (code == SQLITE_OK && file->pMethods)
        file->pMethods = &layer_over(file->pMethods, part).changed;
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
    mend();
}

FaultyDisk::~FaultyDisk() {
    sqlite3_vfs_unregister(&faulty);
    sqlite3_vfs_register(real, 1);
}

void FaultyDisk::fail(const Fault& what) const {
    const std::lock_guard lock{mutex};
    fault = what;
    calls = 0;
    failures = 0;
}

int FaultyDisk::mend() const {
    const std::lock_guard lock{mutex};
    fault.reset();
    return failures;
}

int FaultyDisk::syncs() const {
    const std::lock_guard lock{mutex};
    return syncs_done;
}

}  // namespace rialto::storage
