#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "commands.hpp"
#include "dlq.hpp"
#include "exit_code.hpp"
#include "serve.hpp"

namespace {

using namespace rialto::app;

void add_data_options(CLI::App& command, DataOptions& options) {
    command.add_option("--config", options.config, "The server's YAML file, which says where its data is");
    command.add_option("--data-dir", options.data_dir, "Where its data is (default ./data)");
}

void add_backup_commands(CLI::App& cli, DataOptions& options, std::string& file, int& exit_code) {
    auto* backup_command = cli.add_subcommand("backup", "Copy the database, while the server runs or not");
    add_data_options(*backup_command, options);
    backup_command->add_option("file", file, "The copy, which must not be there yet")->required();
    backup_command->callback([&] { exit_code = backup(options, file); });

    auto* restore_command = cli.add_subcommand("restore", "Put a backup in the database's place, while no server runs");
    add_data_options(*restore_command, options);
    restore_command->add_option("file", file, "The backup")->required();
    restore_command->callback([&] { exit_code = restore(options, file); });

    auto* verify_command = cli.add_subcommand("verify", "Look through the whole database, or a backup, for damage");
    add_data_options(*verify_command, options);
    verify_command->add_option("file", file, "A backup");
    verify_command->callback([&] { exit_code = verify(options, file); });
}

void add_filter(CLI::App& command, DlqOptions& options) {
    const auto add = [&](const std::string& option, const std::string& parameter, const std::string& help) {
        const auto keep = [&options, parameter](const std::string& value) { options.filter[parameter] = value; };
        command.add_option_function<std::string>(option, keep, help);
    };
    add("--bus", "bus", "Only those of this bus");
    add("--rule", "rule", "Only those of this rule (its ARN)");
    add("--target", "target", "Only those for the target with this id");
    add("--event", "eventId", "Only those of this event");
    add("--error", "errorCode", "Only those that failed with this code, such as TIMEOUT");
    add("--from", "diedFrom", "Only those that died then or later, such as 2026-01-31T08:00:00Z");
    add("--before", "diedBefore", "Only those that died before");
}

void add_dlq_commands(CLI::App& cli, DlqOptions& options, int& exit_code) {
    auto* dlq = cli.add_subcommand("dlq", "Dead letters of a running server: what could not be delivered");
    dlq->require_subcommand(1);
    const auto add = [&](const char* name, const char* help, int (*command)(const DlqOptions&)) {
        auto* added = dlq->add_subcommand(name, help);
        added->add_option("--url", options.url, "Of the server")->capture_default_str();
        added->callback([&options, &exit_code, command] { exit_code = command(options); });
        return added;
    };
    auto* list = add("list", "List them, newest first", dlq_list);
    add_filter(*list, options);
    list->add_option("--limit", options.limit, "At most so many")->capture_default_str();
    list->add_flag("--json", options.json, "A line of JSON each");

    auto* show = add("show", "Show one with all attempts", dlq_show);
    show->add_option("id", options.id, "Of the dead letter")->required();
    show->add_flag("--json", options.json, "As one line of JSON");

    for (auto* changing : {add("redrive", "Deliver one again, those of a filter, or all", dlq_redrive),
                           add("purge", "Drop one, those of a filter, or all", dlq_purge)}) {
        changing->add_option("id", options.id, "Of the dead letter");
        add_filter(*changing, options);
        changing->add_flag("--all", options.all, "All of them");
        if (changing->get_name() == "redrive")
            changing->add_option("--rate", options.rate, "At most so many a second")->check(CLI::PositiveNumber);
    }
}

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

    DataOptions data;
    std::string backup_file;
    add_backup_commands(cli, data, backup_file, exit_code);

    DlqOptions dlq;
    add_dlq_commands(cli, dlq, exit_code);

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
