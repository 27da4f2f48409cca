#include "rialto/targets/log.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>

#include "rialto/json/value.hpp"

namespace rialto::targets {
namespace {

constexpr off_t kRotateAt = 64 << 20;

/// A file descriptor that closes itself.
class File {
public:
    explicit File(const std::filesystem::path& path)
        : fd_{::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0640)} {}
    ~File() {
        if (fd_ >= 0)
            ::close(fd_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    bool is_open() const { return fd_ >= 0; }
    off_t size() const {
        struct stat info{};
        return ::fstat(fd_, &info) == 0 ? info.st_size : 0;
    }

    /// False after a crash in the middle of a line.
    bool ends_whole() const {
        char last = '\n';
        const off_t end = size();
        return end == 0 || ::pread(fd_, &last, 1, end - 1) != 1 || last == '\n';
    }

    /// Writes all of it, or takes back what was written, so that a full disk leaves no half line.
    bool append(std::string_view text) const {
        const off_t before = size();
        for (std::string_view rest = text; !rest.empty();) {
            const auto count = ::write(fd_, rest.data(), rest.size());
            if (count < 0 && errno == EINTR)
                continue;
            if (count < 0) {
                const int error = errno;
                (void)::ftruncate(fd_, before);
                errno = error;
                return false;
            }
            rest.remove_prefix(static_cast<std::size_t>(count));
        }
        return ::fdatasync(fd_) == 0;
    }

private:
    int fd_;
};

/// So that the name of a file in it outlives a power cut.
bool sync_directory(const std::filesystem::path& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    const bool synced = ::fsync(fd) == 0;
    ::close(fd);
    return synced;
}

Error io_error(const std::filesystem::path& path) {
    return {Errc::Unavailable, path.string() + ": " + std::generic_category().message(errno)};
}

}  // namespace

Task<delivery::Outcome> Log::deliver(const delivery::Attempt& attempt) {
    const auto parsed = json::parse(attempt.payload);
    const json::Object record{{"timestamp", clock_.now().time_since_epoch().count()},
                              {"message", parsed ? *parsed : json::Value{attempt.payload}}};
    const std::string& name = std::get<model::LogTarget>(attempt.target).name;
    auto write = [this, &name, line = json::write(record) + "\n"] { return append(name, line); };
    Status written = co_await thread_.run(std::move(write));
    if (!written)
        co_return delivery::failed(std::move(written).error());
    co_return delivery::Delivered{};
}

Status Log::append(const std::string& name, const std::string& line) const {
    std::error_code error;
    if (std::filesystem::create_directories(directory_, error) && !sync_directory(directory_.parent_path()))
        return io_error(directory_.parent_path());
    const auto path = directory_ / (name + ".ndjson");
    if (const auto size = std::filesystem::file_size(path, error); !error && size >= kRotateAt)
        std::filesystem::rename(path, directory_ / (name + ".ndjson.1"), error);
    const File file{path};
    const bool written = file.is_open() && (file.size() > 0 || sync_directory(directory_)) &&
                         file.append(file.ends_whole() ? line : "\n" + line);
    return written ? Status{} : Status{io_error(path)};
}

}  // namespace rialto::targets
