#include "entities/model_file.hpp"

#include <catch2/catch.hpp>
#include <cstring>
#include <limits>
#include <string>

#include "entities/model/embedded.hpp"
#include "rialto/entities/tagger.hpp"

namespace rialto::entities {
namespace {

ModelHeader header_of(std::string_view model) {
    ModelHeader header;
    std::memcpy(&header, model.data(), sizeof header);
    return header;
}

bool is_refused(std::string_view model) {
    const Result<Tagger> tagger = Tagger::from_bytes(model);
    return !tagger && tagger.error().code == Errc::Corrupt;
}

}  // namespace

TEST_CASE("the built-in model is whole", "[entities]") {
    CHECK(Tagger::built_in());
    CHECK(verify_checksum(embedded_model()));
    CHECK(embedded_model().size() <= std::size_t{8} << 20);
}

TEST_CASE("a model is refused if any bit of its header is flipped", "[entities]") {
    std::string model{embedded_model()};
    for (std::size_t bit = 0; bit < sizeof(ModelHeader) * 8; ++bit) {
        const auto flip = static_cast<char>(1U << (bit % 8));
        model[bit / 8] = static_cast<char>(model[bit / 8] ^ flip);
        CHECK(is_refused(model));
        model[bit / 8] = static_cast<char>(model[bit / 8] ^ flip);
    }
    CHECK_FALSE(is_refused(model));
}

TEST_CASE("a model that is cut off is refused, wherever the cut is", "[entities]") {
    const std::string_view model = embedded_model();
    for (std::size_t size = 0; size <= sizeof(ModelHeader); ++size)
        CHECK(is_refused(model.substr(0, size)));
    for (const auto& range : header_of(model).ranges) {
        CHECK(is_refused(model.substr(0, range.offset)));
        CHECK(is_refused(model.substr(0, range.offset + 1)));
        CHECK(is_refused(model.substr(0, range.offset + range.size - 1)));
    }
    CHECK(is_refused(model.substr(0, model.size() - 1)));
    CHECK(is_refused(std::string{model} + '\0'));
}

TEST_CASE("a model is refused if a bit behind its header is flipped", "[entities]") {
    std::string model{embedded_model()};
    const std::size_t section = GENERATE(0U, 1U, 2U, 3U, 4U, 5U, 6U, 7U);
    model[header_of(model).ranges[section].offset] ^= 0x10;

    CHECK_FALSE(verify_checksum(model));
    CHECK(is_refused(model));
}

TEST_CASE("no content of a model harms its reader", "[entities]") {
    ModelSections sections = open_model(embedded_model()).value();
    const auto fill = static_cast<char>(GENERATE(0x00, 0xFF, 0x5A));
    const std::string content(4096, fill);
    for (std::size_t i = 1; i < kSections; ++i)
        sections[i] = content;
    const std::string model = write_model(sections);

    const Result<Tagger> tagger = Tagger::from_bytes(model);
    REQUIRE(tagger);
    const std::string_view text = "Joe lives in New York City. So does Ann.";
    for (const Entity& entity : tagger->tag(text))
        CHECK(entity.end <= text.size());
}

TEST_CASE("transitions that are no numbers or too large are refused, and scores are between 0 and 1", "[entities]") {
    ModelSections sections = open_model(embedded_model()).value();
    Parameters parameters = read_parameters(sections[0]).value();
    auto& weight = parameters.transitions.between[0][0];
    const auto with = [&](float value) {
        weight = value;
        sections[0] = {reinterpret_cast<const char*>(&parameters), sizeof parameters};
        return write_model(sections);
    };
    CHECK(is_refused(with(std::numeric_limits<float>::quiet_NaN())));
    CHECK(is_refused(with(80.5F)));
    CHECK(is_refused(with(-80.5F)));

    for (auto& row : parameters.transitions.between)
        row.fill(80);
    const std::string model = with(-80);
    const Result<Tagger> tagger = Tagger::from_bytes(model);
    REQUIRE(tagger);
    for (const Entity& entity : tagger->tag("Joe Smith lives in New York City. So does Ann Lee."))
        CHECK((entity.score >= 0 && entity.score <= 1));
}

TEST_CASE("a model may lie at any address", "[entities]") {
    const std::string shifted = "x" + std::string{embedded_model()};

    const Result<Tagger> tagger = Tagger::from_bytes(std::string_view{shifted}.substr(1));

    REQUIRE(tagger);
    CHECK(tagger->tag("Joe lives in Spain").size() == 2);
}

}  // namespace rialto::entities
