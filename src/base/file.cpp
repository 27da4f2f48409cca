#include "rialto/base/file.hpp"

#include <array>
#include <fstream>

namespace rialto {

Result<std::string> read_file(const std::filesystem::path& path, std::size_t most) {
    constexpr std::size_t kPiece = std::size_t{64} << 10U;
    std::ifstream file{path, std::ios::binary};
    std::string text;
    std::array<char, kPiece> piece{};
    while (file.read(piece.data(), kPiece) || file.gcount() > 0) {
        text.append(piece.data(), static_cast<std::size_t>(file.gcount()));
        if (text.size() > most)
            return Error{Errc::LimitExceeded, path.string() + ": is larger than " + std::to_string(most) + " bytes"};
    }
    if (!file.eof())  // also if it could not be opened
        return Error{Errc::NotFound, path.string() + ": cannot be read"};
    return text;
}

}  // namespace rialto
