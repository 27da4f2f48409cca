#include "entities/model_file.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "entities/hash.hpp"

namespace rialto::entities {
namespace {

constexpr std::array<char, 8> kMagic{'R', 'I', 'A', 'L', 'T', 'O', 'N', 'E'};
constexpr std::size_t kAlignment = 64;

Error corrupt(const char* what) { return {Errc::Corrupt, std::string{"entity model: "} + what}; }

std::size_t aligned(std::size_t size) { return (size + kAlignment - 1) / kAlignment * kAlignment; }

std::uint64_t checksum_of(std::string_view bytes) {
    std::uint64_t sum = bytes.size();
    for (std::size_t at = 0; at < bytes.size(); at += 8) {
        std::uint64_t block = 0;
        std::memcpy(&block, bytes.data() + at, std::min<std::size_t>(8, bytes.size() - at));
        sum = combine(sum, block);
    }
    return sum;
}

template <class T>
std::string_view bytes_of(const T& value) {
    return {reinterpret_cast<const char*>(&value), sizeof value};
}

std::uint64_t checksum_of_header(const ModelHeader& header) {
    return checksum_of(bytes_of(header).substr(0, offsetof(ModelHeader, header_checksum)));
}

Result<ModelHeader> read_header(std::string_view bytes) {
    ModelHeader header;
    if (bytes.size() < sizeof header)
        return corrupt("too short");
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.magic != kMagic)
        return corrupt("not a model");
    if (header.version != kModelVersion || header.sections != kSections)
        return corrupt("of another version");
    if (header.header_checksum != checksum_of_header(header))
        return corrupt("damaged header");
    if (header.size != bytes.size())
        return corrupt("not whole");
    return header;
}

}  // namespace

Result<ModelSections> open_model(std::string_view bytes) {
    const Result<ModelHeader> header = read_header(bytes);
    if (!header)
        return header.error();
    ModelSections sections;
    for (std::size_t i = 0; i < kSections; ++i) {
        const auto& range = header->ranges[i];
        if (range.offset > bytes.size() || range.size > bytes.size() - range.offset)
            return corrupt("a section is out of bounds");
        sections[i] = bytes.substr(range.offset, range.size);
    }
    return sections;
}

Status verify_checksum(std::string_view bytes) {
    const Result<ModelHeader> header = read_header(bytes);
    if (!header)
        return header.error();
    if (checksum_of(bytes.substr(sizeof(ModelHeader))) != header->checksum)
        return corrupt("damaged");
    return {};
}

std::string write_model(const ModelSections& sections) {
    ModelHeader header{kMagic, kModelVersion, kSections, 0, 0, {}, 0};
    std::size_t end = aligned(sizeof header);
    for (std::size_t i = 0; i < kSections; ++i) {
        header.ranges[i] = {end, sections[i].size()};
        end = aligned(end + sections[i].size());
    }
    std::string file(end, '\0');
    for (std::size_t i = 0; i < kSections; ++i)
        std::ranges::copy(sections[i], file.begin() + static_cast<std::ptrdiff_t>(header.ranges[i].offset));
    header.size = file.size();
    header.checksum = checksum_of(std::string_view{file}.substr(sizeof header));
    header.header_checksum = checksum_of_header(header);
    std::ranges::copy(bytes_of(header), file.begin());
    return file;
}

Result<Parameters> read_parameters(std::string_view section) {
    constexpr float kLargest = 80;  // Of which exp() is still a float.
    Parameters parameters;
    if (section.size() != sizeof parameters)
        return corrupt("transitions of a wrong size");
    std::memcpy(&parameters, section.data(), sizeof parameters);
    const auto all = std::bit_cast<std::array<float, sizeof parameters / sizeof(float)>>(parameters);
    if (!std::ranges::all_of(all, [](float weight) { return std::isfinite(weight) && std::abs(weight) <= kLargest; }))
        return corrupt("transitions out of range");
    return parameters;
}

}  // namespace rialto::entities
