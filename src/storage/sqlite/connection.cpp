#include "storage/sqlite/connection.hpp"

#include <sqlite3.h>

namespace rialto::storage::sqlite {
namespace {

constexpr int kBusyTimeout = 2'000;  // ms; nobody else writes, but a backup tool may hold the file for a moment

int primary(int code) { return code & 0xff; }

/// Errors that say nothing about the database, only about the statement that met them.
bool is_of_one_statement(int code) {
    switch (primary(code)) {
        case SQLITE_ERROR:
        case SQLITE_CONSTRAINT:
        case SQLITE_MISMATCH:
        case SQLITE_MISUSE:
        case SQLITE_RANGE:
        case SQLITE_TOOBIG:
            return true;
        default:
            return false;
    }
}

Errc to_errc(int code) {
    switch (primary(code)) {
        case SQLITE_CONSTRAINT:
            return Errc::AlreadyExists;
        case SQLITE_TOOBIG:
            return Errc::LimitExceeded;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return Errc::Corrupt;
        default:
            return is_of_one_statement(code) ? Errc::Internal : Errc::Unavailable;
    }
}

Failure to_failure(int code, const char* message) {
    const std::string reason = primary(code) == SQLITE_FULL ? "disk full" : message;
    return {Error{to_errc(code), "storage: the database failed (" + reason + ")"}, !is_of_one_statement(code)};
}

}  // namespace

void Connection::Finalize::operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
void Connection::Close::operator()(sqlite3* db) const noexcept { sqlite3_close(db); }

Result<std::unique_ptr<Connection>> Connection::open(const std::filesystem::path& file, Access access) {
    const int flags = access == Access::ReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    sqlite3* db = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    std::unique_ptr<Connection> connection{new Connection{db}};
    if (code != SQLITE_OK)
        return to_failure(code, sqlite3_errstr(code)).error;
    sqlite3_busy_timeout(db, kBusyTimeout);
    return connection;
}

Connection::Connection(sqlite3* db) : db_{db} {}
Connection::~Connection() = default;

sqlite3_stmt* Connection::prepared(Sql sql) {
    if (failure_)
        return nullptr;
    auto& kept = statements_[sql.text];
    if (!kept) {
        sqlite3_stmt* fresh = nullptr;
        const int code = sqlite3_prepare_v3(db_.get(), sql.text, -1, SQLITE_PREPARE_PERSISTENT, &fresh, nullptr);
        kept.reset(fresh);
        if (code != SQLITE_OK)
            fail(code);
    }
    return kept.get();
}

void Connection::script(const char* text) {
    if (failure_)
        return;
    const int code = sqlite3_exec(db_.get(), text, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        fail(code);
}

std::int64_t Connection::changes() const { return sqlite3_changes64(db_.get()); }
std::int64_t Connection::all_changes() const { return sqlite3_total_changes64(db_.get()); }
std::int64_t Connection::last_row() const { return sqlite3_last_insert_rowid(db_.get()); }
std::optional<Failure> Connection::take_failure() { return std::exchange(failure_, std::nullopt); }

void Connection::on_commit(std::move_only_function<void(int)> listener) {
    committed_ = std::move(listener);
    const auto tell = [](void* connection, sqlite3*, const char*, int pages) {
        static_cast<Connection*>(connection)->committed_(pages);
        return SQLITE_OK;  // the commit is done, whatever became of this
    };
    sqlite3_wal_hook(db_.get(), tell, this);
}

std::optional<Connection::Log> Connection::checkpoint() {
    if (failure_)
        return std::nullopt;
    Log log;
    const int code = sqlite3_wal_checkpoint_v2(db_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &log.pages, &log.copied);
    if (code != SQLITE_OK && code != SQLITE_BUSY)
        fail(code);
    return code == SQLITE_OK ? std::optional{log} : std::nullopt;
}

void Connection::fail(int code) {
    if (!failure_)
        failure_ = to_failure(code, sqlite3_errmsg(db_.get()));
}

Statement::~Statement() {
    if (!statement_)
        return;
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

bool Statement::step() {
    if (!statement_ || connection_.failure_)
        return false;
    const int code = sqlite3_step(statement_);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        connection_.fail(code);
    return code == SQLITE_ROW;
}

bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
std::int64_t Statement::number(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Statement::text(int column) const {
    const unsigned char* bytes = sqlite3_column_text(statement_, column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return bytes ? std::string{reinterpret_cast<const char*>(bytes), size} : std::string{};
}

std::optional<std::string> Statement::optional_text(int column) const {
    return is_null(column) ? std::nullopt : std::optional{text(column)};
}

TimePoint Statement::time(int column) const { return TimePoint{Duration{number(column)}}; }

std::optional<TimePoint> Statement::optional_time(int column) const {
    return is_null(column) ? std::nullopt : std::optional{time(column)};
}

void Statement::bind(int index, std::int64_t value) {
    if (statement_)
        sqlite3_bind_int64(statement_, index, value);
}

void Statement::bind(int index, TimePoint value) { bind(index, std::int64_t{value.time_since_epoch().count()}); }

void Statement::bind(int index, Blob value) {
    if (!statement_)
        return;
    const char* bytes = value.bytes.data() ? value.bytes.data() : "";
    const int code = sqlite3_bind_blob64(statement_, index, bytes, value.bytes.size(), SQLITE_STATIC);
    if (code != SQLITE_OK)
        connection_.fail(code);
}

void Statement::bind(int index, std::string_view value) {
    if (!statement_)
        return;
    const char* bytes = value.data() ? value.data() : "";  // a null pointer would bind NULL
    const int code = sqlite3_bind_text64(statement_, index, bytes, value.size(), SQLITE_STATIC, SQLITE_UTF8);
    if (code != SQLITE_OK)
        connection_.fail(code);
}

}  // namespace rialto::storage::sqlite
