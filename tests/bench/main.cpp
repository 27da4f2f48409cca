#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>
#include <string_view>
#include <thread>

#include "http_client.hpp"
#include "match.hpp"
#include "parse.hpp"
#include "post_text.hpp"
#include "push.hpp"
#include "report.hpp"
#include "samples.hpp"
#include "server.hpp"
#include "sqlite_limit.hpp"

namespace {

using namespace rialto::bench;

struct Options {
    Server::Options server;
    int rounds = 5;
    std::size_t starts = 20;
    std::size_t pushes = 200;
    std::size_t connections = 64;
    std::chrono::milliseconds time{3000};
    bool json = false;
};

/// Until no work of an earlier part is left on the disk.
void rest() { std::this_thread::sleep_for(std::chrono::milliseconds{500}); }

/// Waits until each post of `load` was read for entities, and returns the seconds that it took.
double drain(const Server& server, const Load& load) {
    const auto begin = Clock::now();
    // Before the feed has so many changes, two a post, it is Gone who says that he has seen them.
    const std::string path = "/posts/changes?limit=1&since=" + std::to_string(2 * load.answered);
    while (status_of_get(server.port(), path) != 200)
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    return seconds(Clock::now() - begin);
}

/// Server and limits take turns, so that what else the machine does meets all of them.
void measure_posting(const Options& options, std::vector<Figure>& figures) {
    std::vector<double> limit, plain, served, quiet, ratios, p50, p99, whole_flow;
    for (int round = 0; round < options.rounds; ++round) {
        limit.push_back(sqlite_limit(options.server.parent, Rows::OfPost, options.time).per_second);
        plain.push_back(sqlite_limit(options.server.parent, Rows::OneOf2KiB, options.time).per_second);
        rest();
        for (const bool access_log : {true, false}) {
            Server::Options with = options.server;
            with.access_log = access_log;
            const Server server{with};
            const Load load = post_load(server.port(), options.connections, options.time);
            (access_log ? served : quiet).push_back(load.per_second);
            if (!access_log)
                continue;
            p50.push_back(load.p50_ms);
            p99.push_back(load.p99_ms);
            ratios.push_back(load.per_second / limit.back());
            const double all = static_cast<double>(load.answered);
            whole_flow.push_back(all / (all / load.per_second + drain(server, load)));
        }
        std::cerr << "round " << round + 1 << ": limit " << limit.back() << "/s, one row " << plain.back()
                  << "/s, server " << served.back() << "/s, without access log " << quiet.back() << "/s\n";
        rest();
    }
    figures.push_back({"post_rate", "POST /posts, 64 connections, durable", median(served), "requests/s", ""});
    figures.push_back({"post_p50", "its p50", median(p50), "ms", ""});
    figures.push_back({"post_p99", "its p99", median(p99), "ms", ""});
    figures.push_back({"post_rate_no_access_log", "the same without the access log", median(quiet), "requests/s", ""});
    figures.push_back(
        {"flow_rate", "posts through the whole flow, entities stored and pushed", median(whole_flow), "posts/s", ""});
    figures.push_back({"limit_rate", "limit: SQLite, the same rows, 64 posts a commit", median(limit), "posts/s", ""});
    figures.push_back({"limit_one_row_rate", "SQLite, one row of 2 KiB a post", median(plain), "posts/s", ""});
    figures.push_back({"post_ratio", "POST /posts to the limit", median(ratios), "", "at least 0.5"});
}

void measure_start(const Options& options, std::vector<Figure>& figures) {
    std::vector<double> times;
    for (std::size_t i = 0; i < options.starts; ++i)
        times.push_back(Server{options.server}.start_ms());
    figures.push_back({"start", "start to ready", median(times), "ms", "under 200 ms"});
    figures.push_back({"start_worst", "the slowest of the starts", quantile(times, 1), "ms", ""});
}

void measure_memory(const Options& options, std::vector<Figure>& figures) {
    const Server server{options.server};
    rest();
    figures.push_back({"memory", "memory at rest, after the start", server.memory_mib(), "MiB", "under 40 MiB"});
    push_times(server.port(), 1);
    rest();
    figures.push_back(
        {"memory_used", "memory at rest, after the first posts", server.memory_mib(), "MiB", "under 40 MiB"});
}

void measure_push(const Options& options, std::vector<Figure>& figures) {
    const Server server{options.server};
    rest();
    const auto times = push_times(server.port(), options.pushes);
    figures.push_back({"push_p50", "POST to WebSocket push with entities, p50", median(times), "ms", "under 5 ms"});
    figures.push_back({"push_p99", "its p99", quantile(times, 0.99), "ms", ""});
}

std::filesystem::path beside_program() { return std::filesystem::read_symlink("/proc/self/exe").parent_path(); }

/// Prints what a plain SQLite program reaches on this disk.
int limit(int argc, char** argv) {
    CLI::App cli{
        "What a plain SQLite program reaches. put: events a second that it commits, with a delivery each, 100 a "
        "commit, "
        "and the milliseconds of its slowest commit. drain: deliveries a second that become messages of a queue."};
    std::string what = "put";
    cli.add_option("what", what, "put (default) or drain")->check(CLI::IsMember({"put", "drain"}));
    std::filesystem::path parent = beside_program();
    int milliseconds = 3000;
    cli.add_option("--dir", parent, "Where data is written and removed again; its disk is measured");
    cli.add_option("--time", milliseconds, "Milliseconds of put (default 3000)");
    CLI11_PARSE(cli, argc, argv);
    if (what == "drain") {
        std::cout << sqlite_drain(parent) << '\n';
    } else {
        const Commits put = sqlite_limit(parent, Rows::OfEvent, std::chrono::milliseconds{milliseconds});
        std::cout << put.per_second << ' ' << put.slowest_ms << '\n';
    }
    return 0;
}

int run(int argc, char** argv) {
    CLI::App cli{
        "Measures the server, and the limits of the machine in the same run. \"rialto-bench match\" measures the rule "
        "engine instead, \"rialto-bench parse\" the reading of JSON, \"rialto-bench limit\" what SQLite commits."};
    const auto beside = beside_program();
    Options options{.server = {.program = beside / "rialto", .parent = beside}};
    int milliseconds = static_cast<int>(options.time.count());
    cli.add_option("--server", options.server.program, "The program to measure (default: rialto beside this one)");
    cli.add_option("--dir", options.server.parent, "Where data is written and removed again; its disk is measured");
    cli.add_option("--rounds", options.rounds, "Of posting (default 5)");
    cli.add_option("--time", milliseconds, "Milliseconds of each measurement of posting (default 3000)");
    cli.add_option("--starts", options.starts, "How often the server is started (default 20)");
    cli.add_option("--pushes", options.pushes, "How many pushes are timed (default 200)");
    cli.add_flag("--json", options.json, "JSON instead of a table");
    CLI11_PARSE(cli, argc, argv);
    options.time = std::chrono::milliseconds{milliseconds};

    std::vector<Figure> figures;
    measure_start(options, figures);
    measure_memory(options, figures);
    measure_push(options, figures);
    measure_posting(options, figures);
    std::cout << (options.json ? to_json(figures) : to_markdown(figures));
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        if (argc > 1 && std::string_view{argv[1]} == "match")
            return match(argc - 1, argv + 1);
        if (argc > 1 && std::string_view{argv[1]} == "parse")
            return parse(argc - 1, argv + 1);
        if (argc > 1 && std::string_view{argv[1]} == "limit")
            return limit(argc - 1, argv + 1);
        return run(argc, argv);
    } catch (const std::exception& failure) {
        std::cerr << "rialto-bench: " << failure.what() << '\n';
        return 1;
    }
}
