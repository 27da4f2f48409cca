#include <catch2/catch.hpp>
#include <string>

#include "rialto/config/config.hpp"

using namespace rialto;
using namespace rialto::config;

namespace {

std::string problems(std::string_view text) {
    const auto config = parse(text, "f.yaml", nullptr);
    if (config)
        return "none";
    CHECK(config.error().code == Errc::InvalidArgument);
    return config.error().message;
}

std::string target_problems(const std::string& target) {
    return problems("buses:\n  default:\n    rules:\n      r:\n        pattern: {source: [a]}\n        targets:\n" +
                    std::string{"        - "} + target + "\n");
}

bool mentions(const std::string& text, std::string_view part) {
    INFO(text << "\n  should have: " << part);
    CHECK(text.contains(part));
    return text.contains(part);
}

}  // namespace

TEST_CASE("every problem is reported, each with its place, in the order of the file", "[config]") {
    const auto found = problems(
        "server:\n"
        "  maxBody: 12\n"
        "  idleTimout: 5s\n"
        "log:\n"
        "  level: loud\n");

    CHECK(found ==
          "f.yaml:2:12: server.maxBody: must be a size from 64KiB to 64MiB, such as 64KiB, 10MB or plain bytes, "
          "not \"12\"\n"
          "f.yaml:3:3: unknown key \"server.idleTimout\"; did you mean \"idleTimeout\"?\n"
          "f.yaml:5:10: log.level: must be one of debug, info, warn, error, not \"loud\"");
}

TEST_CASE("a key like no other is answered with those that are allowed", "[config]") {
    CHECK(problems("log: {colour: red}") == "f.yaml:1:7: unknown key \"log.colour\"; allowed: level, format");
}

TEST_CASE("values outside their range or of another type are refused", "[config]") {
    for (const auto* wrong : {"testing: {enabled: maybe}",
                              "testing: {enabled: true, clock: sundial}",
                              "testing: {clock: virtual}",
                              "server: {maxBody: -1}",
                              "server: {maxBody: 1TiB}",
                              "server: {maxBody: 99999999999999999999}",
                              "server: {maxBody: 18014398509481984KiB}",
                              "server: {idleTimeout: 10}",
                              "server: {idleTimeout: 25h}",
                              "server: {idleTimeout: 1h30m}",
                              "server: {threads: 1.5}",
                              "server: {threads: }",
                              "server: {threads: [1]}",
                              "server: {accessLog: maybe}",
                              "server: {publicUrl: example.org}",
                              "server: {publicUrl: 'http://a/?q'}",
                              "server: {tls: {key: k}}",
                              "server: [1]",
                              "server: text",
                              "aws: {account: 12}",
                              "aws: {region: 'a b'}",
                              "mail: {from: nobody}",
                              "mail: {from: 'a@b@c'}",
                              "mail: {relay: {port: 25}}",
                              "mail: {relay: {host: 'a b'}}",
                              "mail: {relay: {host: h, port: 0}}",
                              "mail: {templates: {post: {subject: \"a\\nb\"}}}",
                              "websocket: {origins: https://a}",
                              "websocket: {origins: [a.example]}",
                              "websocket: {origins: ['https://a/']}",
                              "delivery: {firstWait: 1h, longestWait: 1m}",
                              "[a]",
                              "text"}) {
        INFO(wrong);
        CHECK(problems(wrong) != "none");
    }
}

TEST_CASE("a file that YAML or we cannot take is refused with a reason", "[config]") {
    mentions(problems("server:\n\tlisten: x\n"), "f.yaml:2:1: a tab in the indentation");
    mentions(problems("log: {}\n---\nlog: {}\n"), "a second document");
    mentions(problems("log: {}\nlog: {}\n"), "f.yaml:2:1: duplicate key \"log\"; it stands in line 1");
    mentions(problems("log: {level: info, level: warn}"), "f.yaml:1:20: duplicate key \"level\"");
    mentions(problems("log:\n  level: \xFF\n"), "f.yaml:2:10: not UTF-8");
    mentions(problems(std::string{"log: \x04"}), "f.yaml:1:6: a control character");
    mentions(problems("log: !secret x"), "tags such as !name");
    mentions(problems("? [a]\n: b\n"), "a key must be text");
    mentions(problems("log: {level: 'x\n"), "f.yaml:");
    mentions(problems("#" + std::string(1 << 20, 'x')), "larger than 1 MiB");
    mentions(problems("a: " + std::string(100, '[') + std::string(100, ']')), "nested too deeply");
}

TEST_CASE("aliases cannot blow a small file up", "[config]") {
    std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 10; ++i) {
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int j = 0; j < 10; ++j)
            text += "*a" + std::to_string(i - 1) + (j < 9 ? ", " : "]\n");
    }
    mentions(problems(text), "f.yaml:5:");
    mentions(problems("a: &a [*a]"), "an alias stands inside the value that it names");
    mentions(problems("a: &a " + std::string(600'000, 'x') + "\nb: [*a, *a, *a, *a, *a, *a, *a, *a]"), "too much text");
}

TEST_CASE("a variable that is not set is an error at its place", "[config]") {
    mentions(problems("log:\n  level: ${LEVEL}\n"), "f.yaml:2:10: the variable LEVEL is not set");
    mentions(problems("log: {level: '${'}"), "f.yaml:1:14: a variable is written ${NAME}");
    mentions(problems("log: {level: '${A B}'}"), "a variable is written ${NAME}");
}

TEST_CASE("no error shows a password or the value of a variable", "[config]") {
    const Environment environment = [](std::string_view) { return std::optional<std::string>{"hunter2"}; };
    for (const auto* wrong : {"mail: {relay: {host: h, password: '${P}', passwordFile: nothing-there}}",
                              "mail: {relay: {host: h, password: [hunter2]}}", "mail: {relay: {host: h, port: '${P}'}}",
                              "mail: {relay: {host: h, pasword: hunter2}}", "mail: {relay: hunter2}",
                              "log: {level: '${P}'}", "server: {listen: '${P}'}", "mail: {from: '${P}'}"}) {
        INFO(wrong);
        const auto config = parse(wrong, "f.yaml", environment);
        REQUIRE_FALSE(config);
        CHECK_FALSE(config.error().message.contains("hunter2"));
    }
}

TEST_CASE("a wrong pattern is reported at the pattern", "[config]") {
    const auto found = problems(
        "buses:\n  default:\n    rules:\n      r:\n        pattern:\n          source: a\n        targets: [email]\n");

    CHECK(found.starts_with("f.yaml:6:11: buses.default.rules.r.pattern: is not valid. Reason: "));
    mentions(problems("buses: {default: {rules: {r: {targets: [email]}}}}"), "rules.r.pattern: is missing");
}

TEST_CASE("a wrong target is reported at the node that is wrong", "[config]") {
    mentions(target_problems("emial"),
             "f.yaml:7:11: unknown key \"buses.default.rules.r.targets[0].emial\"; did you mean "
             "\"email\"?");
    mentions(target_problems("id: x"), "needs a kind");
    mentions(target_problems("{email: , log: }"),
             "f.yaml:7:26: buses.default.rules.r.targets[0].log: is a second kind");
    mentions(target_problems("{email: {topicPath: detail}}"), "f.yaml:7:31: ");
    mentions(target_problems("{bus: {name: nowhere}}"),
             "f.yaml:7:24: buses.default.rules.r.targets[0].bus.name: must be a "
             "bus of this file, not \"nowhere\"");
    mentions(target_problems("{bus: {name: default}}"), "another bus than the rule's own");
    mentions(target_problems("bus"), "bus.name: is missing");
    mentions(target_problems("{log: {name: ../x}}"), "must be a name");
    mentions(target_problems("{email: , input: 1, inputPath: $.detail}"), "only one of");
    mentions(target_problems("{email: , inputPath: detail}"), "f.yaml:7:32: ");
    mentions(target_problems("{email: , inputTransformer: {inputPathsMap: {a: $.id}, inputTemplate: '{\"a\": <no>}'}}"),
             "inputTemplate: input template: <no> has no path");
    mentions(target_problems("{email: , inputTransformer: {inputPathsMap: {a: b}, inputTemplate: '<a>'}}"),
             "inputPathsMap.a: ");
    mentions(target_problems("{email: , retry: {maxRetries: 186}}"), "a number from 0 to 185");
    mentions(target_problems("{email: , retry: {maxAge: 59s}}"), "a duration from 1m to 1d");
    mentions(target_problems("{email: , retry: {maxAge: 60500ms}}"), "whole seconds");
    mentions(target_problems("{log: , concurrency: 0}"), "a number from 1 to 1000");
    mentions(target_problems("{log: , orderBy: detail}"), "orderBy");
    mentions(target_problems("{log: , breaker: {wait: 1ms}}"), "a duration from 100ms to 1h");
    mentions(target_problems("{email: , orderBy: $.detail.id}"), "cannot have orderBy");
    mentions(target_problems("{email: , deadLetter: {email: }}"), "unknown key");
    mentions(target_problems("{email: , deadLetter: }"), "needs log, bus or queue");
    mentions(target_problems("{email: , id: a}\n        - {email: , id: a}"),
             "another target of this rule has the id a");
    mentions(problems("buses: {'a b': }"), "f.yaml:1:9: buses.a b: must be a name");
}

TEST_CASE("a flood of problems is cut", "[config]") {
    std::string text;
    for (int i = 0; i < 300; ++i)
        text += "key" + std::to_string(i) + ": 1\n";
    mentions(problems(text), "and 200 more");
}
