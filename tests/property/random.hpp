#pragma once

#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

namespace rialto::property {

/// The same numbers for the same seed, with every standard library.
class Random {
public:
    explicit Random(std::uint64_t seed) : engine_{seed} {}

    std::size_t below(std::size_t n) { return static_cast<std::size_t>(engine_() % n); }
    bool chance(std::size_t percent) { return below(100) < percent; }

    template <class T>
    const T& pick(const std::vector<T>& choices) {
        return choices[below(choices.size())];
    }
    std::string pick(std::initializer_list<std::string> choices) { return *(choices.begin() + below(choices.size())); }

private:
    std::mt19937_64 engine_;
};

}  // namespace rialto::property
