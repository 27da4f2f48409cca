#include <CLI/CLI.hpp>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "bench.hpp"
#include "evaluate.hpp"
#include "files.hpp"
#include "rialto/base/utf8.hpp"
#include "rialto/entities/conll.hpp"
#include "rialto/entities/training.hpp"

namespace {

using namespace rialto;
using namespace rialto::ner;

Status run_train(const entities::TrainingOptions& options, const std::string& out) {
    const Result<std::string> model = entities::train(options);
    if (!model)
        return model.error();
    return write_file(out, *model);
}

Status run_tag(const std::string& model, bool conll) {
    std::string bytes;
    const auto tagger = load_tagger(model, bytes);
    if (!tagger)
        return tagger.error();
    const std::string input{std::istreambuf_iterator<char>{std::cin}, {}};
    if (!is_utf8(input))
        return Error{Errc::InvalidArgument, "standard input is not UTF-8"};
    std::cout << (conll ? entities::tag_conll(*tagger, input) : entities::to_conll(*tagger, input));
    if (!std::cout.flush())
        return Error{Errc::Unavailable, "standard output cannot be written"};
    return {};
}

Status run_eval(const std::string& model, const std::vector<std::string>& files, bool details) {
    std::string bytes;
    const auto tagger = load_tagger(model, bytes);
    if (!tagger)
        return tagger.error();
    return evaluate(*tagger, files, details);
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

    entities::TrainingOptions options;
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
    bool details = false;
    CLI::App* eval_command = app.add_subcommand("eval", "F1 on labelled files, as they are and in small letters");
    eval_command->add_option("--model", model, "a model file; the built-in one if absent");
    eval_command->add_flag("--details", details, "precision and recall of each type, too");
    eval_command->add_option("files", files, "labelled files")->required();

    std::size_t chunk = 2048;
    int rounds = 11;
    CLI::App* bench_command = app.add_subcommand("bench", "speed of the built-in model, raw text to JSON, on one core");
    bench_command->add_option("--chunk", chunk, "bytes a text (default 2048)")->check(CLI::PositiveNumber);
    bench_command->add_option("--rounds", rounds, "of which the median counts (default 11)")
        ->check(CLI::Range(1, 1000));
    bench_command->add_option("files", files, "raw text, or labelled files, which are made raw text")->required();

    CLI11_PARSE(app, argc, argv);
    if (train_command->parsed())
        return report(run_train(options, out));
    if (bench_command->parsed())
        return report(bench(files, chunk, rounds));
    return report(eval_command->parsed() ? run_eval(model, files, details) : run_tag(model, conll));
}
