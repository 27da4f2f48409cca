#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "pattern/paths.hpp"

namespace rialto::pattern {

/// The names that objects at one path had last, in their order. Objects at one path mostly have the same names in the
/// same order, in events of one source and even more in arrays, so the next name is compared with what is expected
/// before it is looked up.
class Shape {
public:
    /// The longest name that is expected.
    static constexpr std::size_t kLongest = 22;

    /// So many bytes are read to compare a name.
    static constexpr std::size_t kRead = 24;

    /// A name with the quote and the colon behind it, and where it leads.
    struct Step {
        static_assert(kLongest + 2 == kRead);
        using Words = std::array<std::uint64_t, kRead / 8>;

        Words words{};
        Words masks{};
        std::size_t size = 0;             ///< Of the name.
        const PathNode* child = nullptr;  ///< Null if no rule asks for it.

        explicit Step(std::string_view name, const PathNode* leads_to);

        /// Whether these bytes, kRead of them, begin with it.
        bool is_at(const char* bytes) const {
            return has_word(bytes, 0) && has_word(bytes, 1) && (size <= kLongestOfTwo || has_word(bytes, 2));
        }

    private:
        static constexpr std::size_t kLongestOfTwo = 14;  // with quote and colon two words

        bool has_word(const char* bytes, std::size_t number) const {
            std::uint64_t there = 0;
            std::memcpy(&there, bytes + number * sizeof there, sizeof there);
            return ((there ^ words[number]) & masks[number]) == 0;
        }
    };

    /// What is expected at a place in the order; null if nothing is.
    const Step* at(std::size_t place) const { return place < steps_.size() ? &steps_[place] : nullptr; }

    /// Takes note of a name without escapes that was not expected at `place`, and gives the place behind it; the same
    /// place if it cannot be expected.
    std::size_t learn(std::size_t place, std::string_view name, const PathNode* child);

    /// Forgets all, unless it was learnt from this version of the paths.
    void keep_to(std::uint64_t version) {
        if (version_ != version) [[unlikely]] {
            version_ = version;
            steps_.clear();
        }
    }

private:
    static constexpr std::size_t kMost = 32;

    std::uint64_t version_ = 0;
    std::vector<Step> steps_;
};

inline Shape::Step::Step(std::string_view name, const PathNode* leads_to) : size{name.size()}, child{leads_to} {
    std::array<char, kRead> bytes{};
    std::array<char, kRead> mask{};
    std::memcpy(bytes.data(), name.data(), name.size());
    bytes[name.size()] = '"';
    bytes[name.size() + 1] = ':';
    std::memset(mask.data(), 0xff, name.size() + 2);
    words = std::bit_cast<Words>(bytes);
    masks = std::bit_cast<Words>(mask);
}

inline std::size_t Shape::learn(std::size_t place, std::string_view name, const PathNode* child) {
    if (name.size() > kLongest || place >= kMost)
        return place;
    const Step step{name, child};
    // Perhaps names that are there in other objects are left out in this one.
    for (std::size_t next = place + 1; next < steps_.size() && next < place + 4; ++next)
        if (steps_[next].words == step.words)
            return next + 1;
    if (place == steps_.size())
        steps_.push_back(step);
    else
        steps_[place] = step;
    return place + 1;
}

}  // namespace rialto::pattern
