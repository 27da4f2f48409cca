#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/problems.hpp"

namespace rialto::config {

struct Entry;

/// A YAML value with its place. Aliases are resolved; tags are gone.
struct Node {
    /// Broken: a problem was reported already, so that readers pass it over.
    enum class Kind { Null, Scalar, List, Map, Broken };

    Kind kind = Kind::Null;
    Mark mark;
    std::string text;    ///< Of a scalar.
    bool plain = false;  ///< Written without quotes, so that it may be a number or a boolean.
    /// Nothing of a value that came out of a variable may be shown: this is how the file has it.
    std::optional<std::string> written;
    std::vector<Node> items;
    std::vector<Entry> entries;

    bool is(Kind k) const { return kind == k; }

    /// The scalar as a message may quote it.
    const std::string& shown() const { return written ? *written : text; }
};

struct Entry {
    std::string key;
    Mark mark;
    Node value;
};

inline Node make_node(Node::Kind kind, Mark mark, std::string text = {}) {
    Node node;
    node.kind = kind;
    node.mark = mark;
    node.text = std::move(text);
    return node;
}

inline constexpr std::size_t kMaxFile = 1 << 20;
inline constexpr std::size_t kMaxDepth = 64;
inline constexpr std::size_t kMaxNodes = 100'000;     ///< After aliases were resolved.
inline constexpr std::size_t kMaxExpanded = 4 << 20;  ///< Bytes of text, aliases resolved.

/// The one document of `text`; Null for an empty one. Nothing, and a problem, if it cannot be read at all; duplicate
/// keys are problems, too.
std::optional<Node> read_document(std::string_view text, Problems& problems);

}  // namespace rialto::config
