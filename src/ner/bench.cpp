#include "bench.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <string_view>

#include "files.hpp"
#include "rialto/base/file.hpp"
#include "rialto/base/utf8.hpp"
#include "rialto/entities/conll.hpp"
#include "rialto/entities/groups.hpp"
#include "rialto/entities/tagger.hpp"

namespace rialto::ner {
namespace {

double cpu_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

bool is_closing(std::string_view token) {
    return token.find_first_not_of(".,;:!?)'%") == std::string_view::npos || token.starts_with('\'') || token == "n't";
}

/// The sentences as they were written, about.
std::string raw_text(const std::vector<entities::ConllSentence>& sentences) {
    std::string text;
    for (const entities::ConllSentence& sentence : sentences) {
        for (const entities::ConllToken& token : sentence) {
            if (!text.empty() && text.back() != '\n' && !is_closing(token.text))
                text += ' ';
            text += token.text;
        }
        text += '\n';
    }
    return text;
}

/// Pieces that end with a line.
std::vector<std::string_view> pieces(std::string_view text, std::size_t size) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        const std::size_t end =
            text.size() <= size ? text.size() : std::min(text.find('\n', size), text.size() - 1) + 1;
        out.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return out;
}

double resident_mib() {
    std::ifstream status{"/proc/self/status"};
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmRSS:"))
            return std::stod(line.substr(6)) / 1024;
    return 0;
}

}  // namespace

Status bench(const std::vector<std::string>& files, std::size_t chunk, int rounds) {
    std::string text;
    for (const std::string& file : files) {
        const Result<std::string> bytes = read_file(file);
        if (!bytes)
            return bytes.error();
        const auto sentences = entities::parse_conll(*bytes);
        text += sentences ? raw_text(*sentences) : *bytes;
    }
    if (!is_utf8(text) || text.empty())
        return Error{Errc::InvalidArgument, "needs text in UTF-8"};

    const double resident_before = resident_mib();
    const double load_begin = cpu_seconds();
    const auto tagger = entities::Tagger::built_in();
    if (!tagger)
        return tagger.error();
    const double load_ms = (cpu_seconds() - load_begin) * 1e3;
    const double first_begin = cpu_seconds();
    (void)entities::to_json("Joe is going to Spain", tagger->tag("Joe is going to Spain"));
    const double first_ms = (cpu_seconds() - first_begin) * 1e3;

    std::vector<double> rates;
    std::size_t mentions = 0;
    for (int round = 0; round < rounds; ++round) {
        mentions = 0;
        const double begin = cpu_seconds();
        for (const std::string_view piece : pieces(text, chunk)) {
            const auto found = tagger->tag(piece);
            mentions += found.size();
            if (entities::to_json(piece, found).empty())
                return Error{Errc::Internal, "no JSON"};
        }
        rates.push_back(static_cast<double>(text.size()) / 1e6 / (cpu_seconds() - begin));
    }
    std::printf("| What | Measured |\n|---|---|\n");
    std::printf("| raw text to JSON, %zu bytes in texts of %zu, one core | %.2f MB/s (%.2f to %.2f) |\n", text.size(),
                chunk, median(rates), std::ranges::min(rates), std::ranges::max(rates));
    std::printf("| mentions found | %zu |\n", mentions);
    std::printf("| load | %.3f ms; the first sentence %.3f ms |\n", load_ms, first_ms);
    std::printf("| resident memory that it adds | %.1f MiB |\n", resident_mib() - resident_before);
    return {};
}

}  // namespace rialto::ner
