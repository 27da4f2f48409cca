#pragma once

#include <compare>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "rialto/base/result.hpp"

namespace rialto::config {

/// A place in the file, line and column from 1.
struct Mark {
    int line = 1;
    int column = 1;
    auto operator<=>(const Mark&) const = default;
};

/// What is wrong with a file: gathered, so that one run shows all of it.
class Problems {
public:
    explicit Problems(std::string_view file) : file_{file} {}

    /// The same problem at the same place counts once: an alias may be read many times.
    void add(Mark mark, std::string message) { found_.emplace(mark, std::move(message)); }
    bool empty() const { return found_.empty(); }

    /// One problem a line, in the order of the file; the first hundred.
    Error error() const;

private:
    std::string file_;
    std::set<std::pair<Mark, std::string>> found_;
};

}  // namespace rialto::config
