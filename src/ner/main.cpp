#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <CLI/CLI.hpp>

#include "rialto/base/utf8.hpp"
#include "rialto/entities/conll.hpp"
#include "rialto/entities/tagger.hpp"
#include "rialto/entities/training.hpp"

namespace {

using namespace rialto;
using namespace rialto::entities;

Result<std::string> read_all(std::istream& in) {
    if (!in)
        return Error{Errc::NotFound, "cannot be read"};
    return std::string{std::istreambuf_iterator<char>{in}, {}};
}

Result<std::string> read_file(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    Result<std::string> bytes = read_all(file);
    return bytes ? std::move(bytes) : std::move(bytes).error().within(path);
}

Status write_file(const std::string& path, const std::string& bytes) {
    std::ofstream file{path, std::ios::binary};
    if (!(file << bytes) || !file.flush())
        return Error{Errc::Unavailable, path + ": cannot be written"};
    return {};
}

/// A tagger with the file's model, or the built-in one if there is no file. `bytes` must outlive it.
Result<Tagger> load_tagger(const std::string& path, std::string& bytes) {
    if (path.empty())
        return Tagger::built_in();
    Result<std::string> file = read_file(path);
    if (!file)
        return file.error();
    bytes = *std::move(file);
    return Tagger::from_bytes(bytes);
}

Status run_train(const TrainingOptions& options, const std::string& out) {
    const Result<std::string> model = train(options);
    if (!model)
        return model.error();
    return write_file(out, *model);
}

Status run_tag(const std::string& model, bool conll) {
    std::string bytes;
    const Result<Tagger> tagger = load_tagger(model, bytes);
    if (!tagger)
        return tagger.error();
    const Result<std::string> input = read_all(std::cin);
    if (!input)
        return input.error();
    if (!is_utf8(*input))
        return Error{Errc::InvalidArgument, "standard input is not UTF-8"};
    if (!conll) {
        std::cout << to_conll(*tagger, *input);
        return {};
    }
    Result<std::vector<ConllSentence>> sentences = parse_conll(*input);
    if (!sentences)
        return sentences.error();
    for (ConllSentence& sentence : *sentences)
        retag(*tagger, sentence);
    std::cout << write_conll(*sentences);
    return {};
}

using Span = std::tuple<std::string, std::size_t, std::size_t>;

std::set<Span> spans_of(const ConllSentence& sentence) {
    std::set<Span> spans;
    for (std::size_t i = 0; i < sentence.size();) {
        const std::string& tag = sentence[i].tag;
        const std::size_t begin = i++;
        if (tag.size() < 3)
            continue;
        while (i < sentence.size() && sentence[i].tag == "I-" + tag.substr(2))
            ++i;
        spans.emplace(tag.substr(2), begin, i);
    }
    return spans;
}

struct Counts {
    double right = 0;
    double gold = 0;
    double found = 0;

    double precision() const { return found == 0 ? 0 : 100 * right / found; }
    double recall() const { return gold == 0 ? 0 : 100 * right / gold; }
    double f1() const { return gold + found == 0 ? 0 : 200 * right / (gold + found); }
};

void print(const std::string& name, const Counts& counts) {
    std::cout << "  " << name << "\tP " << counts.precision() << "\tR " << counts.recall() << "\tF1 " << counts.f1()
              << '\n';
}

/// Types that the file never marks are not counted.
Status evaluate(const Tagger& tagger, const std::string& path) {
    const Result<std::string> text = read_file(path);
    if (!text)
        return text.error();
    Result<std::vector<ConllSentence>> gold = parse_conll(*text);
    if (!gold)
        return std::move(gold).error().within(path);
    std::map<std::string, Counts> types;
    for (ConllSentence& sentence : *gold) {
        const std::set<Span> wanted = spans_of(sentence);
        retag(tagger, sentence);
        for (const Span& span : wanted)
            ++types[std::get<0>(span)].gold;
        for (const Span& span : spans_of(sentence)) {
            ++types[std::get<0>(span)].found;
            types[std::get<0>(span)].right += wanted.contains(span) ? 1 : 0;
        }
    }
    std::cout << path << '\n';
    Counts named;
    for (const auto& [type, counts] : types) {
        if (counts.gold == 0)
            continue;
        print(type, counts);
        if (type == "PER" || type == "LOC" || type == "ORG")
            named = {named.right + counts.right, named.gold + counts.gold, named.found + counts.found};
    }
    print("PER+LOC+ORG", named);
    return {};
}

Status run_eval(const std::string& model, const std::vector<std::string>& files) {
    std::string bytes;
    const Result<Tagger> tagger = load_tagger(model, bytes);
    if (!tagger)
        return tagger.error();
    for (const std::string& file : files)
        if (Status evaluated = evaluate(*tagger, file); !evaluated)
            return evaluated;
    return {};
}

int report(const Status& status) {
    if (status)
        return 0;
    std::cerr << "rialto-ner: " << status.error().message << '\n';
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Trains and measures the entity tagger's model."};
    app.require_subcommand(1);

    TrainingOptions options;
    options.report = [](std::string_view line) { std::cerr << line << '\n'; };
    std::string out;
    CLI::App* train_command = app.add_subcommand("train", "learn a model");
    train_command->add_option("--data", options.data, "directory with train/*.conll and the word lists")->required();
    train_command->add_option("--out", out, "the model file to write")->required();
    train_command->add_option("--epochs", options.epochs, "passes over the data");
    train_command->add_option("--seed", options.seed, "of the sampling and shuffling");

    std::string model;
    bool conll = false;
    CLI::App* tag_command = app.add_subcommand("tag", "standard input to lines of token, tab, tag");
    tag_command->add_option("--model", model, "a model file; the built-in one if absent");
    tag_command->add_flag("--conll", conll, "the input is in tokens, one a line, already");

    std::vector<std::string> files;
    CLI::App* eval_command = app.add_subcommand("eval", "precision, recall and F1 on labelled files");
    eval_command->add_option("--model", model, "a model file; the built-in one if absent");
    eval_command->add_option("files", files, "labelled files")->required();

    CLI11_PARSE(app, argc, argv);
    if (train_command->parsed())
        return report(run_train(options, out));
    return report(eval_command->parsed() ? run_eval(model, files) : run_tag(model, conll));
}
