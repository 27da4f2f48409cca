#include "config/problems.hpp"

#include <cstddef>

namespace rialto::config {

namespace {

constexpr std::size_t kShown = 100;

}  // namespace

Error Problems::error() const {
    std::string text;
    auto left = kShown;
    for (const auto& [mark, message] : found_) {
        if (left-- == 0)
            break;
        if (!text.empty())
            text += '\n';
        text += file_ + ':' + std::to_string(mark.line) + ':' + std::to_string(mark.column) + ": " + message;
    }
    if (found_.size() > kShown)
        text += "\n" + file_ + ": and " + std::to_string(found_.size() - kShown) + " more";
    return {Errc::InvalidArgument, std::move(text)};
}

}  // namespace rialto::config
