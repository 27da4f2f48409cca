#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "rialto/async/signal.hpp"
#include "rialto/async/task.hpp"

namespace rialto::targets {

/// Writes together, one batch after the other, what arrives while a write is under way. Thread-safe. Must outlive
/// whoever runs in put(); coroutines that are only destroyed there may be so after it.
template <class Item, class Answer>
class Gatherer {
public:
    /// Answers each item, in their order.
    using Write = std::function<Task<std::vector<Answer>>(std::vector<Item>)>;

    /// `broken_off` is the answer to the others of a batch whose write threw, and to whoever is cancelled in line.
    Gatherer(Write write, Answer broken_off) : write_{std::move(write)}, broken_off_{std::move(broken_off)} {}

    Task<Answer> put(Item item) {
        const auto [batch, place] = join(std::move(item));
        while (!batch->answered) {
            const auto seen = batch->news.version();
            if (const auto turn = state_->begin(*batch)) {
                co_await write(*batch);
            } else if (!batch->answered) {
                const bool news = co_await batch->news.wait(seen, std::chrono::steady_clock::time_point::max());
                if (!news)
                    co_return broken_off_;
            }
        }
        co_return batch->answers[place];
    }

private:
    struct State;

    /// The right to write, which one batch has at a time. Whoever drops it, by whatever way, hands it on.
    class Turn {
    public:
        explicit Turn(std::shared_ptr<State> state) : state_{std::move(state)} {}
        Turn(Turn&&) noexcept = default;
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;
        Turn& operator=(Turn&&) = delete;
        ~Turn() {
            if (state_)
                State::hand_on(std::move(state_));
        }

    private:
        std::shared_ptr<State> state_;
    };

    struct Batch {
        std::vector<Item> items;
        std::vector<Answer> answers;
        std::atomic<bool> answered = false;
        Signal news;
        std::optional<Turn> turn;  // its own until one of those in it begins; guarded by the state's mutex
    };

    struct State {
        std::mutex mutex;  // guards what follows
        std::shared_ptr<Batch> gathering;
        bool writing = false;

        std::optional<Turn> begin(Batch& batch) {
            const std::lock_guard lock{mutex};
            std::optional<Turn> turn;
            if (batch.turn)
                turn.emplace(std::move(*batch.turn));
            batch.turn.reset();
            return turn;
        }

        static void hand_on(std::shared_ptr<State> state) {
            std::shared_ptr<Batch> next;  // goes after the lock, as it hands on in its turn if nobody waits in it
            {
                const std::lock_guard lock{state->mutex};
                next = std::exchange(state->gathering, nullptr);
                state->writing = next != nullptr;
                if (next)
                    next->turn.emplace(state);
            }
            if (next)
                next->news.notify();
        }
    };

    /// Answers a batch when it goes: as it was answered, or else that it was broken off.
    class Answering {
    public:
        Answering(Batch& batch, std::size_t size, const Answer& otherwise)
            : batch_{batch}, size_{size}, otherwise_{otherwise} {}
        ~Answering() {
            batch_.answers.resize(size_, otherwise_);
            batch_.answered = true;
            batch_.news.notify();
        }
        Answering(const Answering&) = delete;
        Answering& operator=(const Answering&) = delete;

    private:
        Batch& batch_;
        const std::size_t size_;
        const Answer& otherwise_;
    };

    std::pair<std::shared_ptr<Batch>, std::size_t> join(Item item) {
        const std::lock_guard lock{state_->mutex};
        if (!state_->gathering)
            state_->gathering = std::make_shared<Batch>();
        const std::shared_ptr<Batch> batch = state_->gathering;
        batch->items.push_back(std::move(item));
        const std::size_t place = batch->items.size() - 1;
        if (!std::exchange(state_->writing, true)) {
            batch->turn.emplace(state_);
            state_->gathering.reset();
        }
        return {batch, place};
    }

    Task<> write(Batch& batch) {
        const Answering answering{batch, batch.items.size(), broken_off_};
        auto writing = write_(std::move(batch.items));
        batch.answers = co_await std::move(writing);
    }

    const Write write_;
    const Answer broken_off_;
    const std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace rialto::targets
