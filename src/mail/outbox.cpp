#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <system_error>
#include <utility>

#include "mail/figures.hpp"
#include "mail/text.hpp"
#include "rialto/async/worker_pool.hpp"
#include "rialto/base/encoding.hpp"
#include "rialto/mail/mailer.hpp"

namespace rialto::mail {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kNameBytes = 200;

/// An open file or directory.
class Descriptor {
public:
    Descriptor(const fs::path& path, int flags) : fd_{::open(path.c_str(), flags | O_CLOEXEC, 0600)} {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    bool is_open() const { return fd_ >= 0; }
    bool sync() const { return ::fsync(fd_) == 0; }
    bool close() { return fd_ < 0 || ::close(std::exchange(fd_, -1)) == 0; }

    bool write(std::string_view bytes) const {
        while (!bytes.empty()) {
            const auto written = ::write(fd_, bytes.data(), bytes.size());
            if (written < 0 && errno != EINTR)
                return false;
            bytes.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
        }
        return true;
    }

private:
    int fd_;
};

Error failure(const fs::path& path, int error) {
    return {Errc::Unavailable, path.string() + ": " + std::generic_category().message(error)};
}

Status sync_directory(const fs::path& path) {
    const Descriptor directory{path, O_RDONLY | O_DIRECTORY};
    if (!directory.is_open() || !directory.sync())
        return failure(path, errno);
    return {};
}

Status make_directory(const fs::path& path) {
    std::error_code error;
    const bool is_new = fs::create_directories(path, error);
    if (error)
        return failure(path, error.value());
    return is_new ? sync_directory(path.has_parent_path() ? path.parent_path() : fs::path{"."}) : Status{};
}

Status write_synced(const fs::path& path, std::string_view bytes) {
    Descriptor file{path, O_WRONLY | O_CREAT | O_TRUNC};
    if (!file.is_open() || !file.write(bytes) || !file.sync() || !file.close())
        return failure(path, errno);
    return {};
}

Status replace(const fs::path& from, const fs::path& to) {
    if (std::rename(from.c_str(), to.c_str()) != 0)
        return failure(to, errno);
    return sync_directory(to.parent_path());
}

bool is_safe(char c) { return is_alphanumeric(c) || std::string_view{"._@+-"}.find(c) != std::string_view::npos; }

/// The id with every other character than A-Z a-z 0-9 . _ @ + - replaced. An id that had to be changed gets a hash at
/// its end, so that two of them never share a file.
std::string file_name(std::string_view id) {
    std::string name{id};
    std::ranges::replace_if(name, [](char c) { return !is_safe(c); }, '_');
    if (name.empty() || name.front() == '.')
        name.insert(0, "_");
    if (name == id && name.size() <= kNameBytes)
        return name;
    const auto hash = "-" + to_hex(sha256(id)).substr(0, 16);
    return name.substr(0, kNameBytes - hash.size()) + hash;
}

class Outbox final : public Mailer {
public:
    Outbox(fs::path directory, metrics::Registry& metrics)
        : directory_{std::move(directory)}, figures_{metrics}, pool_{{.name = "outbox", .threads = 1}} {}

    Task<Status> send(const Message& message) override {
        auto store_copy = [this, message] { return store(message); };
        auto figures = figures_;  // the mailer may be gone when the answer comes
        Status stored = co_await pool_.run(std::move(store_copy));
        figures.count(stored);
        co_return stored;
    }

    void stop() override {}  // a file is written in no time

private:
    Status store(const Message& message) {
        const auto start = std::chrono::steady_clock::now();
        auto stored = write_whole(message);
        figures_.observe(std::chrono::steady_clock::now() - start);
        return stored;
    }

    // A crash before the rename leaves a file whose name starts with a dot, which the next try overwrites.
    Status write_whole(const Message& message) {
        const auto text = to_rfc5322(message);
        const auto name = file_name(message.message_id.empty() ? to_hex(sha256(text)) : message.message_id) + ".eml";
        const auto aside = directory_ / ("." + name + ".tmp");
        if (auto made = make_directory(directory_); !made)
            return made;
        auto stored = write_synced(aside, text);
        if (stored)
            stored = replace(aside, directory_ / name);
        if (!stored)
            (void)::unlink(aside.c_str());  // a full disk is not made fuller
        return stored;
    }

    const fs::path directory_;
    Figures figures_;
    WorkerPool pool_;  // last: its jobs use everything above
};

}  // namespace

std::unique_ptr<Mailer> make_outbox(std::filesystem::path directory, metrics::Registry& metrics) {
    return std::make_unique<Outbox>(std::move(directory), metrics);
}

}  // namespace rialto::mail
