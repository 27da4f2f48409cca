#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "commands.hpp"
#include "exit_code.hpp"
#include "serve.hpp"

namespace {

using namespace rialto::app;

int run(int argc, char** argv) {
    CLI::App cli{"Rialto: an event bus that you own, which speaks Amazon EventBridge."};
    cli.require_subcommand(1);
    int exit_code = ExitCode::Ok;

    ServeOptions serve_options;
    auto* serve_command = cli.add_subcommand("serve", "Serve until SIGTERM; SIGHUP reloads the configuration");
    serve_command->add_option("--config", serve_options.config,
                              "YAML file; without one, the post flow with its defaults");
    serve_command->add_option("--data-dir", serve_options.data_dir,
                              "Where everything durable is kept (default ./data)");
    serve_command->add_option("--listen", serve_options.listen, "ADDRESS:PORT (default 0.0.0.0:8080; port 0: any)");
    serve_command->add_flag("--watch", serve_options.watch, "Reload when the configuration file changes");
    serve_command->callback([&] { exit_code = serve(serve_options); });

    std::string config;
    auto* check_command = cli.add_subcommand("check", "Check a configuration file");
    check_command->add_option("--config,config", config, "YAML file")->required();
    check_command->callback([&] { exit_code = check(config); });

    std::string tests;
    auto* test_command = cli.add_subcommand("test", "Run rule tests: given events, expected targets");
    test_command->add_option("file", tests, "JSON file of tests")->required();
    test_command->callback([&] { exit_code = test_rules(tests); });

    std::string pattern;
    std::string event;
    bool with_reasons = false;
    std::string format = "text";
    auto* match_command = cli.add_subcommand("match", "Try a pattern on an event: exit 0 match, 1 no match, 2 invalid");
    match_command->add_option("--pattern", pattern, "File with the event pattern")->required();
    match_command->add_option("--event", event, "File with the event")->required();
    auto* explain = match_command->add_flag("--explain", with_reasons, "Say which fields decided, and what was near");
    match_command->add_option("--format", format, "Of the explanation: text (default) or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->needs(explain);
    match_command->callback([&] {
        const auto explained = format == "json" ? MatchReport::Json : MatchReport::Text;
        exit_code = match(pattern, event, with_reasons ? explained : MatchReport::Verdict);
    });

    bool conll = false;
    auto* entities_command = cli.add_subcommand("entities", "Find entities in the text on standard input");
    entities_command->add_flag(
        "--conll", conll, "The text is in tokens, one a line, an empty line between sentences; prints token, tab, tag");
    entities_command->callback([&] { exit_code = entities(conll); });

    std::string url = "http://127.0.0.1:8080/readyz";
    auto* health_command = cli.add_subcommand("healthcheck", "Ask a running server whether it is ready");
    health_command->add_option("--url", url, "What to ask")->capture_default_str();
    health_command->callback([&] { exit_code = healthcheck(url); });

    cli.add_subcommand("version", "Print the version")->callback([&] { exit_code = version(); });

    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return cli.exit(e) == 0 ? ExitCode::Ok : ExitCode::Usage;
    }
    return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& e) {
        std::cerr << "rialto: " << e.what() << '\n';
        return ExitCode::Failed;
    }
}
