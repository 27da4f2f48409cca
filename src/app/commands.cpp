#include "commands.hpp"

#include <cstdio>
#include <iostream>
#include <iterator>

#include "entity_settings.hpp"
#include "exit_code.hpp"
#include "rialto/base/file.hpp"
#include "rialto/base/utf8.hpp"
#include "rialto/config/config.hpp"
#include "rialto/entities/conll.hpp"
#include "rialto/entities/groups.hpp"
#include "rialto/entities/tagger.hpp"
#include "rialto/http/client.hpp"
#include "rialto/json/value.hpp"
#include "rialto/pattern/explain.hpp"
#include "rialto/pattern/matcher.hpp"
#include "rialto/targets/letters.hpp"

namespace rialto::app {
namespace {

constexpr std::chrono::seconds kHealthTimeout{3};

int complain(int code, const std::string& message) {
    std::cerr << message << '\n';
    return code;
}

/// What the mail templates say is checked by the room that uses them.
Status check_letters(const config::Config& config) {
    const auto texts = [](const config::MailTemplate& t) { return targets::LetterTexts{t.subject, t.text, t.html}; };
    return targets::Letters::check({config.mail.from, texts(config.mail.post), texts(config.mail.confirmation), ""});
}

/// Standard input at once, which is faster than by characters.
std::string read_standard_input() {
    std::string text;
    constexpr std::size_t kBlock = std::size_t{1} << 16;
    for (std::size_t size = 0;;) {
        text.resize(size + kBlock);
        const std::size_t read = std::fread(text.data() + size, 1, kBlock, stdin);
        size += read;
        if (read != 0)
            continue;
        text.resize(size);
        return text;
    }
}

Result<bool> report_match(const pattern::Pattern& pattern, const std::string& event, MatchReport report) {
    if (report == MatchReport::Verdict)
        return pattern::matches(pattern, event);
    const auto explanation = pattern::explain(pattern, event);
    if (!explanation)
        return explanation.error();
    std::cout << (report == MatchReport::Json ? pattern::to_json(*explanation) + '\n' : pattern::to_text(*explanation));
    return explanation->matches;
}

}  // namespace

int check(const std::string& file) {
    const auto config = config::load(file, config::process_environment);
    if (!config)
        return complain(ExitCode::Failed, config.error().message);
    if (const Status letters = check_letters(*config); !letters)
        return complain(ExitCode::Failed, file + ": " + letters.error().message);
    if (const auto names = read_gazetteer(config->entities); !names)
        return complain(ExitCode::Failed, file + ": " + names.error().message);
    std::cout << file << ": ok\n";
    return ExitCode::Ok;
}

int match(const std::string& pattern_file, const std::string& event_file, MatchReport report) {
    const auto pattern_text = read_file(pattern_file);
    const auto event = read_file(event_file);
    if (!pattern_text || !event)
        return complain(ExitCode::Usage, (pattern_text ? event : pattern_text).error().message);
    const auto pattern = pattern::Pattern::parse(*pattern_text);
    if (!pattern)
        return complain(ExitCode::Usage, "Event pattern is not valid. Reason: " + pattern.error().message);
    const auto matched = report_match(*pattern, *event, report);
    if (!matched)
        return complain(ExitCode::Usage, event_file + ": " + matched.error().message);
    if (report != MatchReport::Json)
        std::cout << (*matched ? "match\n" : "no match\n");
    return *matched ? ExitCode::Ok : ExitCode::Failed;
}

int entities(bool conll) {
    const std::string text = repair_utf8(read_standard_input());
    const auto tagger = entities::Tagger::built_in();
    if (!tagger)
        return complain(ExitCode::Failed, tagger.error().message);
    if (conll)
        std::cout << entities::tag_conll(*tagger, text);
    else
        std::cout << entities::to_json(text, tagger->tag(text)) << '\n';
    if (!std::cout.flush())
        return complain(ExitCode::Failed, "standard output cannot be written");
    return ExitCode::Ok;
}

int healthcheck(const std::string& url) {
    const auto answer =
        http::fetch(url, kHealthTimeout, url.starts_with("https://127.0.0.1") || url.starts_with("https://localhost"));
    if (!answer)
        return complain(ExitCode::Failed, url + ": " + answer.error().message);
    if (answer->status != 200)
        return complain(ExitCode::Failed, url + ": " + std::to_string(answer->status) + " " + answer->body);
    std::cout << "ready\n";
    return ExitCode::Ok;
}

int version() {
    std::cout << "rialto " RIALTO_VERSION "\n";
    return ExitCode::Ok;
}

}  // namespace rialto::app
