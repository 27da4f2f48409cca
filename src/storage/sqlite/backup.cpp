#include "rialto/storage/backup.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/dictionaries.hpp"
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

/// The copy gets its name only when it is whole and on disk; a name that was taken meanwhile is left alone.
Status publish(const std::filesystem::path& part, const std::filesystem::path& file) {
    if (Status synced = sqlite::sync_if_there(part); !synced)
        return synced;
    std::error_code error;
    std::filesystem::create_hard_link(part, file, error);
    if (error == std::errc::file_exists)
        return Error{Errc::AlreadyExists, file.string() + " is there already"};
    if (error)
        return unavailable(file, error.message());
    std::filesystem::remove(part, error);
    const auto folder = file.parent_path();
    return sqlite::sync_if_there(folder.empty() ? "." : folder);
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

/// The folder of a data directory's database; nothing if the file is none.
std::optional<std::filesystem::path> data_directory_of(const std::filesystem::path& file) {
    auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path{"."};
    std::error_code ignored;
    const bool is_one = file.filename() == "rialto.db" && std::filesystem::exists(folder / "rialto.lock", ignored);
    return is_one ? std::optional{std::move(folder)} : std::nullopt;
}

/// Whether nobody found the database damaged, and the log is whole that a server left behind. That of one which runs
/// grows meanwhile and has no end that could be told.
Status usable(const std::filesystem::path& database) {
    const auto folder = data_directory_of(database);
    if (!folder)
        return {};
    if (Status unmarked = sqlite::unmarked(*folder); !unmarked)
        return unmarked;
    const auto locked = sqlite::Directory::open(*folder);
    return locked ? sqlite::check_log(database) : Status{};
}

std::filesystem::path with(const std::filesystem::path& file, std::string_view ending) {
    return std::filesystem::path{file}.concat(ending);
}

void remove_files(const std::filesystem::path& database) {
    std::error_code ignored;
    for (const char* rest : {"", "-wal", "-shm", "-journal"})
        std::filesystem::remove(with(database, rest), ignored);
}

/// Moves a database and its log, each as far as it is there, to a name that nothing has.
Status put_aside(const std::filesystem::path& database) {
    std::error_code error;
    auto aside = with(database, ".before");
    for (int n = 1; std::filesystem::exists(aside, error) || std::filesystem::exists(with(aside, "-wal"), error); ++n)
        aside = with(database, ".before." + std::to_string(n));
    std::filesystem::remove(with(database, "-shm"), error);
    for (const char* rest : {"", "-wal"}) {
        const auto from = with(database, rest);
        const auto size = std::filesystem::file_size(from, error);
        if (error == std::errc::no_such_file_or_directory || (!error && size == 0))
            continue;
        std::filesystem::rename(from, with(aside, rest), error);
        if (error)
            return unavailable(from, error.message());
    }
    std::filesystem::remove(with(database, "-wal"), error);  // an empty one
    return {};
}

/// As SQLite reads it, with its log if it has one.
Status copy_whole(const std::filesystem::path& from, const std::filesystem::path& to) {
    auto source = open(from, SQLITE_OPEN_READONLY);
    if (!source)
        return std::move(source).error();
    if (Status made = make_private(to); !made)
        return made;
    if (Status copied = copy(source->get(), to); !copied)
        return copied;
    const auto wrong = verify(to);
    if (!wrong)
        return wrong.error();
    if (!wrong->empty())
        return Error{Errc::Corrupt, from.string() + " is damaged: " + wrong->front()};
    if (Status given = sqlite::give_to_owner(to); !given)
        return given;
    return sqlite::sync_if_there(to);
}

Status take_place(const sqlite::Directory& directory, const std::filesystem::path& part) {
    if (Status marked = directory.mark("a restore did not come to its end"); !marked)
        return marked;
    if (Status aside = put_aside(directory.database()); !aside)
        return aside;
    std::error_code error;
    std::filesystem::rename(part, directory.database(), error);
    if (error)
        return unavailable(directory.database(), error.message());
    if (Status synced = directory.sync(); !synced)
        return synced;
    return directory.unmark();
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
    if (Status whole = usable(from); !whole)
        return whole;
    const auto part = with(file, ".part");
    remove_files(part);
    Status done = back_up(from, part, file);
    remove_files(part);
    return done;
}

Status restore(const std::filesystem::path& directory, const std::filesystem::path& file) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored))
        return Error{Errc::NotFound, file.string() + " is not there"};
    const auto locked = sqlite::Directory::open(directory);
    if (!locked)
        return locked.error();
    if (std::filesystem::equivalent(file, locked->database(), ignored))
        return Error{Errc::InvalidArgument, file.string() + " is the database itself"};
    const auto part = with(locked->database(), ".part");
    remove_files(part);
    Status done = copy_whole(file, part);
    if (done)
        done = take_place(*locked, part);
    remove_files(part);
    return done;
}

Result<std::vector<std::string>> verify(const std::filesystem::path& file) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored))
        return Error{Errc::NotFound, file.string() + " is not there"};
    if (const Status whole = usable(file); !whole)
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
    if ((*db)->number("SELECT count(*) FROM sqlite_master WHERE name = 'archive_dictionaries'") > 0)
        if (const auto packer = sqlite::load_packer(**db); !packer && packer.error().code == Errc::Corrupt)
            wrong.push_back(packer.error().message);
    if (auto failure = (*db)->take_failure()) {
        if (failure->error.code != Errc::Corrupt)
            return std::move(failure->error).within(file.string());
        wrong.push_back(failure->error.message);
    }
    return wrong;
}

}  // namespace rialto::storage
