#include "rialto/storage/backup.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/directory.hpp"
#include "storage/sqlite/log_check.hpp"
#include "storage/sqlite/schema.hpp"

namespace rialto::storage {
namespace {

constexpr int kBusyTimeout = 5'000;  // ms; a server that starts or stops holds the file for a moment
constexpr int kAllPages = -1;

struct Close {
    void operator()(sqlite3* db) const noexcept { sqlite3_close(db); }
};
using Database = std::unique_ptr<sqlite3, Close>;

Error unavailable(const std::filesystem::path& file, const std::string& reason) {
    return {Errc::Unavailable, file.string() + ": " + reason};
}

Result<Database> open(const std::filesystem::path& file, int flags) {
    sqlite3* db = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &db, flags, nullptr);
    Database opened{db};
    if (code != SQLITE_OK)
        return unavailable(file, sqlite3_errstr(code));
    sqlite3_busy_timeout(db, kBusyTimeout);
    return opened;
}

/// Whoever saw more of a channel than the copy holds must not take what comes in its place for what was there.
Status begin_histories_anew(sqlite3* db, const std::filesystem::path& file) {
    const int code =
        sqlite3_exec(db, "UPDATE history SET epoch = lower(hex(randomblob(8)))", nullptr, nullptr, nullptr);
    return code == SQLITE_OK ? Status{} : Status{unavailable(file, sqlite3_errmsg(db))};
}

/// In one step: a reader's snapshot, which in WAL mode stops no writer. In several, each commit would begin it anew.
Status copy(sqlite3* from, const std::filesystem::path& file) {
    auto to = open(file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    if (!to)
        return std::move(to).error();
    sqlite3_backup* copying = sqlite3_backup_init(to->get(), "main", from, "main");
    if (copying == nullptr)
        return unavailable(file, sqlite3_errmsg(to->get()));
    const int code = sqlite3_backup_step(copying, kAllPages);
    sqlite3_backup_finish(copying);
    if (code != SQLITE_DONE)
        return unavailable(file, sqlite3_errstr(code));
    return begin_histories_anew(to->get(), file);
}

Status sync(const std::filesystem::path& path, int flags) {
    const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);  // NOLINT(cppcoreguidelines-pro-type-vararg)
    if (descriptor < 0)
        return unavailable(path, std::generic_category().message(errno));
    const int failed = ::fsync(descriptor);
    const std::string reason = failed != 0 ? std::generic_category().message(errno) : std::string{};
    ::close(descriptor);
    return failed != 0 ? Status{unavailable(path, reason)} : Status{};
}

/// The copy gets its name only when it is whole and on disk; a name that was taken meanwhile is left alone.
Status publish(const std::filesystem::path& part, const std::filesystem::path& file) {
    if (Status synced = sync(part, O_RDONLY); !synced)
        return synced;
    std::error_code error;
    std::filesystem::create_hard_link(part, file, error);
    if (error == std::errc::file_exists)
        return Error{Errc::AlreadyExists, file.string() + " is there already"};
    if (error)
        return unavailable(file, error.message());
    std::filesystem::remove(part, error);
    const auto folder = file.parent_path();
    return sync(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY);
}

/// An empty file that only its owner may read: it is going to hold addresses and tokens.
Status make_private(const std::filesystem::path& file) {
    const int descriptor =
        ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);  // NOLINT(cppcoreguidelines-pro-type-vararg)
    if (descriptor < 0)
        return unavailable(file, std::generic_category().message(errno));
    ::close(descriptor);
    return {};
}

Status back_up(const std::filesystem::path& from, const std::filesystem::path& part,
               const std::filesystem::path& file) {
    auto source = open(from, SQLITE_OPEN_READONLY);
    if (!source)
        return std::move(source).error();
    if (Status made = make_private(part); !made)
        return made;
    if (Status copied = copy(source->get(), part); !copied)
        return copied;
    return publish(part, file);
}

/// Of a database that a server left behind, and none uses: a log that grows meanwhile has no end that could be told.
Status check_left_behind(const std::filesystem::path& database) {
    const auto folder = database.has_parent_path() ? database.parent_path() : std::filesystem::path{"."};
    std::error_code ignored;
    if (database.filename() != database_in(folder).filename() ||
        !std::filesystem::exists(folder / "rialto.lock", ignored))
        return {};
    const auto directory = sqlite::Directory::open(folder);
    if (!directory)
        return {};
    const Status unmarked = directory->unmarked();
    return unmarked ? sqlite::check_log(database) : unmarked;
}

/// What was there is kept beside it, with its log, as `rialto.db.before`.
Status put_aside(const std::filesystem::path& database) {
    std::error_code error;
    if (std::filesystem::file_size(database, error) == 0)
        return {};  // made just now
    for (const char* rest : {"-wal", ""}) {
        const auto from = std::filesystem::path{database}.concat(rest);
        const auto to = std::filesystem::path{database}.concat(".before").concat(rest);
        std::filesystem::remove(to, error);
        if (!std::filesystem::exists(from, error))
            continue;
        std::filesystem::rename(from, to, error);
        if (error)
            return unavailable(from, error.message());
    }
    std::filesystem::remove(std::filesystem::path{database}.concat("-shm"), error);
    return {};
}

Status copy_private(const std::filesystem::path& from, const std::filesystem::path& to) {
    std::error_code error;
    std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing, error);
    if (!error)
        std::filesystem::permissions(to, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write,
                                     error);
    return error ? Status{unavailable(to, error.message())} : sync(to, O_RDONLY);
}

}  // namespace

std::filesystem::path database_in(const std::filesystem::path& directory) { return directory / "rialto.db"; }

Status backup(const std::filesystem::path& directory, const std::filesystem::path& file) {
    std::error_code ignored;
    const auto from = database_in(directory);
    if (!std::filesystem::exists(from, ignored))
        return Error{Errc::NotFound, from.string() + " is not there"};
    if (std::filesystem::exists(file, ignored))
        return Error{Errc::AlreadyExists, file.string() + " is there already"};
    if (Status whole = check_left_behind(from); !whole)
        return whole;
    const auto part = std::filesystem::path{file}.concat(".part");
    std::filesystem::remove(part, ignored);
    Status done = back_up(from, part, file);
    for (const char* rest : {"", "-wal", "-shm", "-journal"})
        std::filesystem::remove(std::filesystem::path{part}.concat(rest), ignored);
    return done;
}

Status restore(const std::filesystem::path& directory, const std::filesystem::path& file) {
    const auto wrong = verify(file);
    if (!wrong)
        return wrong.error();
    if (!wrong->empty())
        return Error{Errc::Corrupt, file.string() + " is damaged: " + wrong->front()};
    const auto locked = sqlite::Directory::open(directory);
    if (!locked)
        return locked.error();
    const auto part = std::filesystem::path{locked->database()}.concat(".part");
    if (Status copied = copy_private(file, part); !copied)
        return copied;
    if (Status marked = locked->mark("a restore did not come to its end"); !marked)
        return marked;
    if (Status aside = put_aside(locked->database()); !aside)
        return aside;
    std::error_code error;
    std::filesystem::rename(part, locked->database(), error);
    if (error)
        return unavailable(locked->database(), error.message());
    if (Status synced = locked->sync(); !synced)
        return synced;
    return locked->unmark();
}

Result<std::vector<std::string>> verify(const std::filesystem::path& file) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored))
        return Error{Errc::NotFound, file.string() + " is not there"};
    if (const Status whole = check_left_behind(file); !whole)
        return std::vector{whole.error().message};
    auto db = sqlite::open_for_reading(file);
    if (!db)
        return std::move(db).error();
    if ((*db)->number("PRAGMA application_id") != sqlite::kApplicationId && !(*db)->take_failure())
        return Error{Errc::Corrupt, file.string() + " is not a database of rialto"};
    std::vector<std::string> wrong;
    {
        sqlite::Statement rows = (*db)->query("PRAGMA integrity_check(100)");
        while (rows.step())
            if (std::string line = rows.text(0); line != "ok")
                wrong.push_back(std::move(line));
    }
    if (auto failure = (*db)->take_failure()) {
        if (failure->error.code != Errc::Corrupt)
            return std::move(failure->error).within(file.string());
        wrong.push_back(failure->error.message);
    }
    return wrong;
}

}  // namespace rialto::storage
