#include "server.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "http_client.hpp"
#include "samples.hpp"

namespace rialto::bench {
namespace {

constexpr std::chrono::seconds kPatience{20};
constexpr std::chrono::microseconds kLookEvery{200};

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in{file};
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

}  // namespace

Folder::Folder(const std::filesystem::path& parent) {
    std::string name = (parent / "rialto-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        throw std::runtime_error{"cannot make a folder in " + parent.string()};
    path_ = name;
}

Folder::~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

Server::Server(const Options& options) : folder_{options.parent} {
    std::ofstream{folder_.path() / "rialto.yaml"} << "server: {accessLog: " << (options.access_log ? "true" : "false")
                                                  << "}\n";
    const auto begin = Clock::now();
    launch(options);
    await_ready();
    start_ms_ = milliseconds(Clock::now() - begin);
}

Server::~Server() { end(); }

void Server::end() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
}

void Server::launch(const Options& options) {
    std::string program = options.program.string();
    std::string config = (folder_.path() / "rialto.yaml").string();
    std::string data = (folder_.path() / "data").string();
    std::string log = (folder_.path() / "log").string();
    std::string serve = "serve", with_config = "--config", with_data = "--data-dir", listen = "--listen=127.0.0.1:0";
    std::array<char*, 8> arguments{program.data(),   serve.data(), with_config.data(), config.data(),
                                   with_data.data(), data.data(),  listen.data(),      nullptr};
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
    const int failed = ::posix_spawn(&process_, program.c_str(), &files, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    if (failed != 0)
        throw std::runtime_error{"cannot start " + program};
}

std::uint16_t Server::port_in_log() const {
    const std::string log = text_of(folder_.path() / "log");
    const auto at = log.find("127.0.0.1:");
    if (at == std::string::npos || log.find('\n', at) == std::string::npos)
        return 0;
    return static_cast<std::uint16_t>(std::strtoul(log.c_str() + at + 10, nullptr, 10));
}

void Server::await_ready() {
    const auto deadline = Clock::now() + kPatience;
    while ((port_ = port_in_log()) == 0 || status_of_get(port_, "/readyz") != 200) {
        if (Clock::now() > deadline || !is_running()) {
            end();
            throw std::runtime_error{"the server is not ready:\n" + text_of(folder_.path() / "log")};
        }
        std::this_thread::sleep_for(kLookEvery);
    }
}

bool Server::is_running() const {
    siginfo_t ended{};  // looked at only: end() takes it
    ::waitid(P_PID, static_cast<id_t>(process_), &ended, WEXITED | WNOHANG | WNOWAIT);
    return ended.si_pid == 0;
}

double Server::memory_mib() const {
    const std::string status = text_of("/proc/" + std::to_string(process_) + "/status");
    const auto at = status.find("VmRSS:");
    return at == std::string::npos ? 0 : std::strtod(status.c_str() + at + 6, nullptr) / 1024;
}

}  // namespace rialto::bench
