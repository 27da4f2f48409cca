#include "rialto/entities/training.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "entities/model_file.hpp"
#include "rialto/entities/conll.hpp"
#include "rialto/entities/tagger.hpp"

namespace rialto::entities {
namespace {

/// A directory of the smallest data that a model can be learned from.
class TrainingTest {
public:
    TrainingTest() {
        std::filesystem::create_directories(data / "train");
        for (const char* source :
             {"btc", "crossner", "gmb", "gum_silver", "litbank", "tweebank", "uner_ewt", "wikigold", "wnut17"})
            write(std::string{"train/"} + source + ".conll", sentences());
        write("gazetteer.tsv", "first\tjoe\ncountry\tspain\ncountry\tnew zealand\n");
        write("truecase.tsv", "lives\t0\njoe\t4\n");
        write("clusters.txt", "lives 1 2 3\nspain 4 5 6\n");
    }
    ~TrainingTest() { std::filesystem::remove_all(data); }

    void write(const std::string& name, const std::string& text) const { std::ofstream{data / name} << text; }

    static std::string sentences() {
        std::string text;
        for (int i = 0; i < 20; ++i)
            text +=
                "Joe\tB-PER\nlives\tO\nin\tO\nNew\tB-LOC\nZealand\tI-LOC\n.\tO\n\nthe\tO\ncat\tO\nlives\tO\n.\tO\n\n";
        return text;
    }

    TrainingOptions options() const { return {data, 4, 1, {}}; }

    std::filesystem::path data =
        std::filesystem::temp_directory_path() / ("rialto-training-test-" + std::to_string(getpid()));
};

}  // namespace

TEST_CASE_METHOD(TrainingTest, "a model learns what its data show", "[entities]") {
    const Result<std::string> model = train(options());

    REQUIRE(model);
    REQUIRE(verify_checksum(*model));
    const Result<Tagger> tagger = Tagger::from_bytes(*model);
    REQUIRE(tagger);
    CHECK(to_conll(*tagger, "Joe lives in New Zealand.") ==
          "Joe\tB-PER\nlives\tO\nin\tO\nNew\tB-LOC\nZealand\tI-LOC\n.\tO\n\n");
}

TEST_CASE_METHOD(TrainingTest, "the same data and seed give the same model", "[entities]") {
    const Result<std::string> first = train(options());
    const Result<std::string> second = train(options());

    REQUIRE(first);
    REQUIRE(second);
    CHECK(*first == *second);
}

TEST_CASE_METHOD(TrainingTest, "missing data are reported", "[entities]") {
    std::filesystem::remove(data / "clusters.txt");

    const Result<std::string> model = train(options());

    REQUIRE_FALSE(model);
    CHECK(model.error().code == Errc::NotFound);
}

TEST_CASE_METHOD(TrainingTest, "a malformed line is reported with its number", "[entities]") {
    write("clusters.txt", "lives 1 2 3\nspain 64 5 6\n");

    const Result<std::string> model = train(options());

    REQUIRE_FALSE(model);
    CHECK(model.error().code == Errc::InvalidArgument);
    CHECK(model.error().message.find("line 2") != std::string::npos);
}

}  // namespace rialto::entities
