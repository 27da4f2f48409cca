#include "serve.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <csignal>
#include <cstdio>
#include <thread>
#include <utility>
#include <vector>

#include "app.hpp"
#include "rialto/async/worker_pool.hpp"
#include "rialto/base/log.hpp"
#include "rialto/config/config.hpp"

namespace rialto::app {
namespace {

constexpr std::chrono::seconds kWatchEvery{1};

int complain(int code, const std::string& message) {
    std::fprintf(stderr, "rialto: %s\n", message.c_str());  // NOLINT(cppcoreguidelines-pro-type-vararg)
    return code;
}

/// The configuration as file and command line say it. May read files: not for I/O threads.
Result<config::Config> configured(const ServeOptions& options) {
    config::Config config;
    if (!options.config.empty()) {
        auto loaded = config::load(options.config, config::process_environment);
        if (!loaded)
            return loaded;
        config = std::move(*loaded);
    }
    if (!options.data_dir.empty())
        config.storage.data_dir = options.data_dir;
    if (!options.listen.empty())
        if (Status set = config::listen_on(config.server, options.listen); !set)
            return std::move(set).error().within("--listen");
    return config;
}

/// What needs descriptors beside connections: the database, logs, mails, the relay.
constexpr std::size_t kOtherDescriptors = 128;

/// Thousands of connections need as many descriptors.
void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/// Connections beyond what the process may open would leave nothing for deliveries.
void fit_to_descriptors(config::Server& server) {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return;
    const auto all = static_cast<std::size_t>(limit.rlim_cur);
    const std::size_t most = all >= 2 * kOtherDescriptors ? all - kOtherDescriptors : std::max<std::size_t>(1, all / 2);
    server.max_connections = std::min(server.max_connections, most);
}

/// What happens from the first line of the log to the last. Lives on one strand.
class Session {
public:
    Session(asio::io_context& loop, const ServeOptions& options, App& app)
        : loop_{loop},
          options_{options},
          app_{app},
          signals_{loop, SIGTERM, SIGINT, SIGHUP},
          files_{{.name = "config", .threads = 1, .queue = 4, .niceness = 0}} {}

    Task<> run() {
        const auto started = co_await app_.start();
        if (!started) {
            exit_code_ = complain(started.error().code, started.error().error.message);
            co_await app_.stop();
            co_return;
        }
        log::info("listening", {{"address", app_.address()}, {"data", app_.data_dir()}, {"version", RIALTO_VERSION}});
        co_await obey_signals();
        log::info("stopping");
        co_await app_.stop();
        log::info("stopped");
    }

    int exit_code() const { return exit_code_; }

private:
    Task<> obey_signals() {
        asio::steady_timer watch{loop_};
        if (options_.watch && !options_.config.empty())
            asio::co_spawn(co_await asio::this_coro::executor, watch_file(watch), asio::detached);
        while (true) {
            const auto [error, signal] = co_await signals_.async_wait(kNoThrow);
            if (error || signal != SIGHUP)
                break;
            co_await reload();
        }
        stopping_ = true;
        watch.cancel();
        while (watching_) {  // a reload under way must end before the rooms do
            asio::steady_timer pause{loop_, std::chrono::milliseconds{10}};
            co_await pause.async_wait(kNoThrow);
        }
        // A second signal ends the process at once, as it does where nobody listens.
        signals_.cancel();
        std::signal(SIGTERM, SIG_DFL);
        std::signal(SIGINT, SIG_DFL);
    }

    Task<> reload() {
        if (options_.config.empty()) {
            log::warn("there is no configuration file to reload");
            co_return;
        }
        // Who asks during a reload may have changed the file after it was read.
        reload_wanted_ = true;
        if (reloading_)
            co_return;
        reloading_ = true;
        while (std::exchange(reload_wanted_, false))
            co_await reload_once();
        reloading_ = false;
    }

    Task<> reload_once() {
        auto read = [this] { return configured(options_); };
        auto next = co_await files_.run(read);
        if (next)
            fit_to_descriptors(next->server);
        Status applied = next ? Status{} : Status{next.error()};
        if (next)
            applied = co_await app_.reload(std::move(*next));
        if (applied)
            log::info("configuration reloaded", {{"file", options_.config}});
        else
            log::error("configuration not reloaded; the old one stays in force", {{"reason", applied.error().message}});
    }

    Task<> watch_file(asio::steady_timer& timer) {
        watching_ = true;
        auto look = [this] { return modified(); };
        auto last = co_await files_.run(look);
        while (!stopping_) {
            timer.expires_after(kWatchEvery);
            co_await timer.async_wait(kNoThrow);
            auto now = co_await files_.run(look);
            if (stopping_ || !now || (last && *now == *last))
                continue;
            last = now;
            co_await reload();
        }
        watching_ = false;
    }

    Result<std::filesystem::file_time_type> modified() const {
        std::error_code error;
        const auto time = std::filesystem::last_write_time(options_.config, error);
        if (error)
            return Error{Errc::Unavailable, error.message()};
        return time;
    }

    asio::io_context& loop_;
    const ServeOptions& options_;
    App& app_;
    asio::signal_set signals_;  // from before the start on: a SIGHUP that came too early would end the process
    WorkerPool files_;
    int exit_code_ = ExitCode::Ok;
    bool reloading_ = false;
    bool reload_wanted_ = false;
    bool watching_ = false;
    bool stopping_ = false;
};

/// Runs the loop on `threads` threads until nothing is left to do.
void run_on(asio::io_context& loop, std::size_t threads) {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < threads; ++i)
        others.emplace_back([&loop] { loop.run(); });
    loop.run();
}

}  // namespace

int serve(const ServeOptions& options) {
    auto config = configured(options);
    if (!config)
        return complain(ExitCode::BadConfig, "the configuration is not valid:\n" + config.error().message);
    std::signal(SIGPIPE, SIG_IGN);  // a peer that went away is an error of the write
    std::signal(SIGXFSZ, SIG_IGN);  // and so is a file that may not grow
    raise_descriptor_limit();
    const std::size_t wanted = config->server.max_connections;
    fit_to_descriptors(config->server);
    log::start({config->log.level, config->log.format});
    if (config->server.max_connections < wanted)
        log::warn("fewer connections than configured: the limit of open files is too low",
                  {{"configured", wanted}, {"connections", config->server.max_connections}});

    int exit_code = ExitCode::Ok;
    {
        const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
        const std::size_t threads = config->server.threads == 0 ? cores : config->server.threads;
        asio::io_context loop{static_cast<int>(threads)};
        auto app = App::build(loop, *config);
        if (!app) {
            log::stop();
            return complain(app.error().code, app.error().error.message);
        }
        Session session{loop, options, **app};
        auto work = asio::make_work_guard(loop);
        const auto ended = [&work](const std::exception_ptr& failure) {
            if (failure)
                std::rethrow_exception(failure);
            work.reset();
        };
        asio::co_spawn(asio::make_strand(loop), session.run(), ended);
        run_on(loop, threads);
        exit_code = session.exit_code();
    }
    log::stop();
    return exit_code;
}

}  // namespace rialto::app
