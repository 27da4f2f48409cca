#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "channels/audience.hpp"
#include "channels/on_strand.hpp"
#include "channels/recent.hpp"
#include "channels/services.hpp"
#include "rialto/channels/channels.hpp"

namespace rialto::channels {

/// One channel. Entries gather in a queue; a task that lives as long as there are any takes all that has gathered,
/// appends it to the store as one batch, and then pushes it.
///
/// The members may be called from any thread; the state lives on the channel's strand.
class Channel : public std::enable_shared_from_this<Channel> {
public:
    Channel(std::shared_ptr<Services> services, std::string name);

    const std::string& name() const { return name_; }
    Services& services() const { return *services_; }

    /// An answer for each, in their order.
    Task<Channels::Offsets> publish(std::vector<Channels::Entry> entries);

    /// Where a subscription begins.
    Task<Result<Joined>> place(std::optional<Position> since);

    /// What comes after `member.after`, some at a time; adds the member to the audience if that is nothing.
    struct Step {
        Recent::Entries entries;
        bool live = false;
    };
    Task<Result<Step>> follow(Member member, std::optional<pattern::Pattern> filter);

    void leave(MemberId id);

    /// Answers whoever still waits with Unavailable; for the time when no batch is under way.
    Task<> abandon();

private:
    struct Round;
    struct Waiting {
        void done(Result<std::int64_t> offset) const;

        storage::ChannelEntry entry;
        std::shared_ptr<Round> round;
        std::size_t place = 0;  // in its round
    };
    using Batch = std::vector<Waiting>;
    using Places = std::vector<storage::ChannelStore::Appended>;

    Task<Status> load();
    Task<> drain(std::shared_ptr<Channel> self);
    Task<Status> append(Batch& batch, Places& places);
    Task<Status> push_from_store(std::int64_t until);
    Task<Result<Recent::Entries>> read_after(std::int64_t offset);

    // On the strand only.
    void adopt(const storage::ChannelState& state);
    void enqueue(Waiting waiting);
    Batch take();
    bool fits(const Places& places) const;
    void push_new(Batch& batch, const Places& places);
    void push(std::shared_ptr<const Pushed> entry);
    std::optional<Step> step(const Member& member, const std::optional<pattern::Pattern>& filter);
    std::shared_ptr<const Pushed> to_pushed(storage::ChannelEntry entry) const;

    const std::shared_ptr<Services> services_;
    const std::string name_;
    const Strand strand_;

    // On the strand only.
    std::optional<std::string> epoch_;  // nothing: not loaded yet
    std::int64_t last_ = 0;             // offset of the last entry pushed; what is durable may be further
    Recent recent_;                     // ends with last_, or is empty
    Audience audience_;
    std::deque<Waiting> pending_;
    bool draining_ = false;
};

}  // namespace rialto::channels
