#pragma once

#include <sqlite3.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace rialto::storage {

/// What a database of that version was, as SQL, with something in each of its tables.
inline std::string dump_of(std::int64_t version) {
    std::ifstream file{RIALTO_TEST_DATA "/schema/v" + std::to_string(version) + ".sql"};
    return {std::istreambuf_iterator<char>{file}, {}};
}

/// Makes or changes a database beside the store.
inline void execute(const std::filesystem::path& file, const std::string& sql) {
    sqlite3* db = nullptr;
    REQUIRE(sqlite3_open(file.c_str(), &db) == SQLITE_OK);
    const int code = sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr);
    INFO(sqlite3_errmsg(db));
    CHECK(code == SQLITE_OK);
    sqlite3_close(db);
}

}  // namespace rialto::storage
