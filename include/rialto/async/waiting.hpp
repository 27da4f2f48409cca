#pragma once

#include <atomic>
#include <cstddef>

namespace rialto {

/// Counts a waiter for as long as it lives.
class Waiting {
public:
    explicit Waiting(std::atomic<std::size_t>& count) : count_{count} { ++count_; }
    ~Waiting() { --count_; }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

private:
    std::atomic<std::size_t>& count_;
};

}  // namespace rialto
