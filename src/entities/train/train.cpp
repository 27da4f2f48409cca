#include "entities/features.hpp"
#include "entities/train/corpus.hpp"
#include "entities/train/learner.hpp"
#include "entities/train/lexicon_builder.hpp"
#include "entities/train/packer.hpp"
#include "rialto/entities/training.hpp"

namespace rialto::entities {

namespace {

// Half of what occurs more than once; what is left out changes F1 by no more than another seed does.
constexpr std::size_t kFeatures = 500'000;
constexpr int kEpochsBeforePruning = 3;

}  // namespace

Result<std::string> train(const TrainingOptions& options) {
    const auto report = [&options](const std::string& line) {
        if (options.report)
            options.report(line);
    };
    const Result<std::vector<TrainingSentence>> corpus = read_corpus(options.data, options.seed);
    if (!corpus)
        return corpus.error();
    report(std::to_string(corpus->size()) + " sentences");

    const Result<LexiconBytes> bytes = build_lexicon(options.data);
    if (!bytes)
        return bytes.error();
    const Lexicon lexicon{bytes->sections()};
    Learner learner{lexicon, *corpus, options.seed};
    report(std::to_string(learner.features().size()) + " features");

    for (int epoch = 1; epoch <= options.epochs; ++epoch) {
        learner.run_epoch();
        if (epoch == kEpochsBeforePruning)
            learner.prune(kFeatures);
        report("epoch " + std::to_string(epoch) + " of " + std::to_string(options.epochs));
    }
    std::string model = pack(learner, *bytes);
    report(std::to_string(model.size()) + " bytes");
    return model;
}

}  // namespace rialto::entities
