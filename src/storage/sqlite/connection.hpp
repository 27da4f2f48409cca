#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include "rialto/base/clock.hpp"
#include "rialto/base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace rialto::storage::sqlite {

/// A statement's text: a literal, so that its address can be the key of its prepared form.
struct Sql {
    consteval Sql(const char* t) : text{t} {}  // NOLINT(google-explicit-constructor)
    const char* text;
};

/// Bytes that are no text. They must outlive the statement's last step.
struct Blob {
    std::string_view bytes;
};

/// What went wrong in a connection. `fatal` concerns the database (no space, I/O, damage), not just one statement.
struct Failure {
    Error error;
    bool fatal = false;
};

/// Told, on whichever thread met it, that the database is damaged.
using OnDamage = std::function<void(const Error&)>;

class Statement;

/// One connection and its prepared statements. Used by one thread at a time.
///
/// Errors are sticky: once a statement failed, those after it do nothing and yield no rows, until take_failure(). A job
/// is therefore written as if nothing could fail, and whoever runs it asks once, at its end.
class Connection {
public:
    enum class Access { ReadOnly, ReadWrite };

    /// Read-write creates the file if there is none.
    static Result<std::unique_ptr<Connection>> open(const std::filesystem::path& file, Access access);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// The prepared statement with its parameters bound in order. Texts are not copied: they must outlive the
    /// statement's last step. One text must not be queried again while it is being stepped.
    template <class... Values>
    Statement query(Sql sql, Values&&... values);

    /// For statements without rows.
    template <class... Values>
    void run(Sql sql, Values&&... values);

    /// The first column of the first row, 0 without one.
    template <class... Values>
    std::int64_t number(Sql sql, Values&&... values);

    /// Several statements, unprepared.
    void script(const char* text);

    /// Rows changed by the last statement.
    std::int64_t changes() const;
    /// Rows changed by all statements so far.
    std::int64_t all_changes() const;
    std::int64_t last_row() const;

    std::optional<Failure> take_failure();

    /// Calls `listener` after each commit with the number of pages that the log of writes has.
    void on_commit(std::move_only_function<void(int pages)> listener);

    /// How many pages a log of writes has, and how many of them are in the database, too.
    struct Log {
        int pages = 0;
        int copied = 0;
    };
    /// Copies what was committed from the log of writes into the database, as far as no reader still needs what is
    /// there. Nothing if that failed, or somebody else does so just now.
    std::optional<Log> checkpoint();

private:
    friend class Statement;

    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept;
    };
    struct Close {
        void operator()(sqlite3* db) const noexcept;
    };

    explicit Connection(sqlite3* db);
    sqlite3_stmt* prepared(Sql sql);
    void fail(int code);

    std::move_only_function<void(int)> committed_;  // before db_: which calls it
    std::unique_ptr<sqlite3, Close> db_;
    std::unordered_map<const char*, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;  // before db_ in destruction
    std::optional<Failure> failure_;
};

/// A borrowed prepared statement; reset when it goes.
class Statement {
public:
    template <class... Values>
    Statement(Connection& connection, sqlite3_stmt* statement, Values&&... values)
        : connection_{connection}, statement_{statement} {
        [[maybe_unused]] int index = 0;
        (bind(++index, std::forward<Values>(values)), ...);
    }
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    void bind(int index, std::string&& value) = delete;  // would be gone before the step

    /// Whether there is another row.
    bool step();

    bool is_null(int column) const;
    std::int64_t number(int column) const;
    std::string text(int column) const;
    std::optional<std::string> optional_text(int column) const;
    TimePoint time(int column) const;
    std::optional<TimePoint> optional_time(int column) const;

private:
    void bind(int index, std::int64_t value);
    void bind(int index, std::string_view value);
    void bind(int index, Blob value);
    void bind(int index, const std::string& value) { bind(index, std::string_view{value}); }
    void bind(int index, TimePoint value);
    template <class Value>
    void bind(int index, const std::optional<Value>& value) {
        if (value)
            bind(index, *value);
    }
    template <class Integer>
        requires std::is_integral_v<Integer>
    void bind(int index, Integer value) {
        bind(index, static_cast<std::int64_t>(value));
    }

    Connection& connection_;
    sqlite3_stmt* statement_;  // null once the connection failed
};

template <class... Values>
Statement Connection::query(Sql sql, Values&&... values) {
    return Statement{*this, prepared(sql), std::forward<Values>(values)...};
}

template <class... Values>
void Connection::run(Sql sql, Values&&... values) {
    query(sql, std::forward<Values>(values)...).step();
}

template <class... Values>
std::int64_t Connection::number(Sql sql, Values&&... values) {
    Statement statement = query(sql, std::forward<Values>(values)...);
    return statement.step() ? statement.number(0) : 0;
}

}  // namespace rialto::storage::sqlite
