#include "rialto/base/file.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <string>

using namespace rialto;

namespace {

class FileTest {
public:
    explicit FileTest(std::string_view content) {
        const int file = mkstemp(path.data());
        REQUIRE(file >= 0);
        REQUIRE(write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size()));
        close(file);
    }
    ~FileTest() { unlink(path.c_str()); }
    FileTest(const FileTest&) = delete;
    FileTest& operator=(const FileTest&) = delete;

    std::string path = (std::filesystem::temp_directory_path() / "rialto-file-XXXXXX").string();
};

}  // namespace

TEST_CASE("a file is read whole, whatever its size", "[file]") {
    const auto size = GENERATE(0U, 1U, 65'535U, 65'536U, 65'537U, 200'000U);
    std::string content(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        content[i] = static_cast<char>(i * 31);
    const FileTest file{content};

    CHECK(read_file(file.path).value() == content);
    CHECK(read_file(file.path, size).value() == content);
    if (size > 0)
        CHECK(read_file(file.path, size - 1).error().code == Errc::LimitExceeded);
}

TEST_CASE("what cannot be read is not found", "[file]") {
    CHECK(read_file("/there/is/no/such/file").error().message == "/there/is/no/such/file: cannot be read");
    CHECK(read_file(std::filesystem::temp_directory_path()).error().code == Errc::NotFound);
}
