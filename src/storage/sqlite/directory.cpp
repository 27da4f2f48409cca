#include "storage/sqlite/directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

#include "rialto/storage/backup.hpp"

namespace rialto::storage::sqlite {
namespace {

Error not_writable(const std::filesystem::path& path, int code) {
    const std::string uid = std::to_string(geteuid());
    return {Errc::Unavailable, path.string() + " cannot be written (" + std::generic_category().message(code) +
                                   ") by user id " + uid + ": let that user own it (chown -R " + uid +
                                   "), or choose another data directory"};
}

Error in_use(const std::filesystem::path& path) {
    return {Errc::Unavailable, path.string() +
                                   " is in use by another rialto process: stop that one, or choose another data "
                                   "directory (--data-dir)"};
}

/// Opens or creates a file that only its owner may read: the database holds addresses and tokens.
Result<int> open_file(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return not_writable(file, errno);
    if (Status given = give_to_owner(file); !given) {
        ::close(descriptor);
        return given.error();
    }
    return descriptor;
}

std::filesystem::path mark_in(const std::filesystem::path& directory) { return directory / "rialto.damaged"; }

}  // namespace

Status give_to_owner(const std::filesystem::path& file) {
    if (::geteuid() != 0)
        return {};
    struct stat owner{};
    if (::stat(file.parent_path().c_str(), &owner) != 0 || ::chown(file.c_str(), owner.st_uid, owner.st_gid) != 0)
        return not_writable(file, errno);
    return {};
}

Status unmarked(const std::filesystem::path& directory) {
    const auto mark = mark_in(directory);
    std::error_code error;
    if (!std::filesystem::exists(mark, error) && !error)
        return {};
    std::string reason;
    std::ifstream file{mark};
    std::getline(file, reason);
    return Error{Errc::Corrupt,
                 directory.string() + ": the database is not to be used (" + reason + "): " + std::string{kRestoreIt}};
}

Result<Directory> Directory::open(const std::filesystem::path& path) {
    std::error_code code;
    std::filesystem::create_directories(path, code);
    if (code)
        return not_writable(path, code.value());
    const Result<int> lock = open_file(path / "rialto.lock");
    if (!lock)
        return lock.error();
    Directory directory{path, *lock};
    if (::flock(*lock, LOCK_EX | LOCK_NB) != 0)
        return in_use(path);

    // SQLite gives its side files the mode of the database. Closed again before SQLite opens it: closing a file drops
    // the locks that the process has on it.
    const Result<int> database = open_file(directory.database());
    if (!database)
        return database.error();
    ::close(*database);
    return directory;
}

Status sync_if_there(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return errno == ENOENT ? Status{} : not_writable(file, errno);
    const int code = ::fsync(descriptor) == 0 ? 0 : errno;
    ::close(descriptor);
    return code == 0 ? Status{} : not_writable(file, code);
}

Status Directory::mark(std::string_view reason) const {
    const Result<int> file = open_file(mark_in(path_));
    if (!file)
        return file.error();
    const auto size = static_cast<ssize_t>(reason.size());
    const bool written =
        ::ftruncate(*file, 0) == 0 && ::write(*file, reason.data(), reason.size()) == size && ::fsync(*file) == 0;
    const int code = errno;
    ::close(*file);
    return written ? sync() : Status{not_writable(mark_in(path_), code)};
}

Status Directory::unmark() const {
    std::error_code error;
    std::filesystem::remove(mark_in(path_), error);
    return error ? Status{not_writable(mark_in(path_), error.value())} : sync();
}

Status Directory::sync() const { return sync_if_there(path_); }

Directory::Directory(std::filesystem::path path, int lock) : path_{std::move(path)}, lock_{lock} {}

Directory::Directory(Directory&& other) noexcept
    : path_{std::move(other.path_)}, lock_{std::exchange(other.lock_, -1)} {}

Directory::~Directory() {
    if (lock_ >= 0)
        ::close(lock_);
}

}  // namespace rialto::storage::sqlite
