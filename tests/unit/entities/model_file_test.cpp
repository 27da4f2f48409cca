#include "entities/model_file.hpp"

#include <catch2/catch.hpp>
#include <cstring>
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

TEST_CASE("damage behind the header is found by the checksum and harms no reader", "[entities]") {
    std::string model{embedded_model()};
    const ModelHeader header = header_of(model);
    const auto fill = static_cast<char>(GENERATE(0x00, 0xFF, 0x5A));
    for (std::size_t i = 1; i < kSections; ++i)
        std::memset(model.data() + header.ranges[i].offset, fill, header.ranges[i].size);

    CHECK_FALSE(verify_checksum(model));
    const Result<Tagger> tagger = Tagger::from_bytes(model);
    REQUIRE(tagger);
    const std::string_view text = "Joe lives in New York City. So does Ann.";
    for (const Entity& entity : tagger->tag(text))
        CHECK(entity.end <= text.size());
}

TEST_CASE("transitions that are no numbers are refused", "[entities]") {
    std::string model{embedded_model()};
    std::memset(model.data() + header_of(model).ranges[0].offset, 0xFF, 4);

    CHECK(is_refused(model));
}

TEST_CASE("a model may lie at any address", "[entities]") {
    const std::string shifted = "x" + std::string{embedded_model()};

    const Result<Tagger> tagger = Tagger::from_bytes(std::string_view{shifted}.substr(1));

    REQUIRE(tagger);
    CHECK(tagger->tag("Joe lives in Spain").size() == 2);
}

}  // namespace rialto::entities
