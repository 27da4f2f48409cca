#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "rialto/async/signal.hpp"
#include "rialto/channels/channels.hpp"

namespace rialto::api::ws {

inline constexpr std::uint16_t kClosePolicy = 1008;
inline constexpr std::uint16_t kCloseSlow = 4008;

/// One subscription as the outbox knows it.
struct Source {
    explicit Source(std::string p) : prefix{std::move(p)} {}

    const std::string prefix;  ///< Of its event frames.
    bool muted = false;        ///< Guarded by the outbox.
};

/// What waits to be sent to one client: bounded, and a client that lets it overflow is closed. Payloads are shared with
/// the other clients until they are written. Thread-safe; channels fill it, the session's writer empties it.
class Outbox {
public:
    struct Close {
        std::uint16_t code = 0;
        std::string reason;
    };

    /// What the writer shall do next: send the texts, or else close, or else end, or else wait.
    struct Work {
        std::vector<std::string> texts;
        std::optional<Close> close;
        bool ended = false;
    };

    Outbox(std::size_t max_messages, std::size_t max_bytes) : max_messages_{max_messages}, max_bytes_{max_bytes} {}

    /// Queues a text, or an event unless its source is muted. When full: begins to close and drops all that waits.
    void say(std::string text);
    void tell(const std::shared_ptr<const Source>& source, const std::shared_ptr<const channels::Pushed>& event);

    /// No event of `source` is queued from now on.
    void mute(Source& source);

    /// Takes no more; what waits is sent, and then the connection closed. The first call decides.
    void close(std::uint16_t code, std::string reason);

    /// The connection is gone: nothing is sent any more.
    void end();

    bool ended() const;
    /// Closing for being too slow.
    bool overflowed() const;

    /// Everything that waits.
    Work take();

    /// Returns when there is work, and when cancelled.
    Task<> wait_for_work();

    /// Returns when less than half of the queue is in use, or nothing will be sent any more, and when cancelled.
    Task<> wait_for_room();

private:
    struct Event {
        std::shared_ptr<const Source> source;
        std::shared_ptr<const channels::Pushed> pushed;
    };
    using Item = std::variant<std::string, Event>;

    void add(Item item, std::size_t size);
    void overflow();
    bool has_work() const;
    bool has_room() const;

    const std::size_t max_messages_;
    const std::size_t max_bytes_;
    Signal work_;
    Signal room_;

    mutable std::mutex mutex_;  // guards what follows, and Source::muted
    std::vector<Item> items_;
    std::size_t bytes_ = 0;
    std::optional<Close> close_;
    bool overflowed_ = false;
    bool ended_ = false;
};

}  // namespace rialto::api::ws
