#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace rialto::bench {

/// A folder that is removed with all that is in it.
class Folder {
public:
    /// A new one inside `parent`.
    explicit Folder(const std::filesystem::path& parent);
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// The server as a child process on a folder of its own: killed, and its data removed, with this object.
class Server {
public:
    struct Options {
        std::filesystem::path program;
        std::filesystem::path parent;  ///< Of its folder: on the disk that is measured.
        bool access_log = true;
    };

    /// Returns when the server is ready. Throws if it does not get there.
    explicit Server(const Options& options);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::uint16_t port() const { return port_; }
    /// From the start of the process to the first 200 of /readyz.
    double start_ms() const { return start_ms_; }
    /// What the process holds in memory (VmRSS).
    double memory_mib() const;

private:
    void launch(const Options& options);
    /// 0 until the log tells it.
    std::uint16_t port_in_log() const;
    void await_ready();
    bool is_running() const;
    void end();

    Folder folder_;
    pid_t process_ = -1;
    std::uint16_t port_ = 0;
    double start_ms_ = 0;
};

}  // namespace rialto::bench
