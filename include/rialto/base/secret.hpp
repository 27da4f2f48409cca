#pragma once

#include <string>
#include <utility>

namespace rialto {

/// A password, key or token. It has no stream or log operator, so that it is shown only where `reveal()` says so.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string value) : value_{std::move(value)} {}

    const std::string& reveal() const { return value_; }
    bool empty() const { return value_.empty(); }
    bool operator==(const Secret&) const = default;

private:
    std::string value_;
};

}  // namespace rialto
