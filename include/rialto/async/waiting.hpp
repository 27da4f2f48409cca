#pragma once

#include <atomic>
#include <cstddef>

namespace rialto {

/// Counts a waiter for as long as it lives.
class Waiting {
public:
    explicit Waiting(std::atomic<std::size_t>& count) : count_{count}, number_{++count} {}
    ~Waiting() { --count_; }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

    /// How many there were when it came, itself among them. To hold a bound, compare this: no two come with the same
    /// number, where two that look at the count before may both find room for one.
    std::size_t number() const { return number_; }

private:
    std::atomic<std::size_t>& count_;
    const std::size_t number_;
};

}  // namespace rialto
