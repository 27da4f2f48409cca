#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "config/document.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/result.hpp"
#include "rialto/base/secret.hpp"

/// The rules for scalars: what a value looks like and may be. Errors say both, and show the value unless it is secret.
namespace rialto::config {

template <class T>
using Rule = std::function<Result<T>(const Node&)>;

inline constexpr std::size_t kKiB = 1024;
inline constexpr std::size_t kMiB = 1024 * kKiB;
inline constexpr std::size_t kGiB = 1024 * kMiB;

/// "must be <what>, not <the value>".
Error must_be(std::string_view what, const Node& node);

/// The text of any scalar.
Result<std::string> scalar_text(const Node& node, std::string_view what);

Rule<std::size_t> number_in(std::size_t least, std::size_t most);
Rule<int> small_number_in(int least, int most);
Rule<std::uint16_t> port();
/// A decimal number from 0 to 1.
Rule<double> fraction();
Rule<bool> flag();

/// `64KiB`, `10MB` or plain bytes.
Rule<std::size_t> size_in(std::size_t least, std::size_t most);

/// `500ms`, `10s`, `5m`, `24h` or `7d`.
Rule<Duration> duration_in(Duration least, Duration most);

/// Text of so many bytes. A line has no line breaks or other control characters.
Rule<std::string> text_of(std::size_t least, std::size_t most);
Rule<std::string> line_of(std::size_t least, std::size_t most);

/// At most `most` letters, digits and characters of `others`.
Rule<std::string> name_of(std::size_t most, std::string_view others);

/// A path; a relative one starts in `folder`.
Rule<std::string> file_beside(std::filesystem::path folder);

Rule<Secret> secret_text();
/// The content of a regular file of at most 64 KiB, without the line break at its end.
Rule<Secret> secret_file(std::filesystem::path folder);

/// One of the words given.
template <class T, std::size_t N>
Rule<T> one_of(const std::pair<std::string_view, T> (&words)[N]) {
    return [words = std::to_array(words)](const Node& node) -> Result<T> {
        std::string allowed;
        for (const auto& [word, value] : words) {
            if (node.is(Node::Kind::Scalar) && node.text == word)
                return value;
            allowed += (allowed.empty() ? "" : ", ") + std::string{word};
        }
        return must_be("one of " + allowed, node);
    };
}

}  // namespace rialto::config
