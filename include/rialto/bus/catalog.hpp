#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <utility>
#include <vector>

#include "rialto/async/mutex.hpp"
#include "rialto/async/task.hpp"
#include "rialto/base/clock.hpp"
#include "rialto/base/result.hpp"
#include "rialto/bus/event_bus.hpp"
#include "rialto/bus/resources.hpp"
#include "rialto/model/declaration.hpp"
#include "rialto/storage/store.hpp"

namespace rialto::bus {

class Layers;
class Draft;

/// `ManagedBy` of what the configuration declares: clients may not change it.
inline constexpr std::string_view kManagedByConfig = "rialto.config";

/// All buses, rules and the rest that clients make through the API, and those that the configuration declares, side by
/// side. Where both have a resource of one kind and name, the configuration's is the one in force, and the clients'
/// rests (with the rule that an archive has on its bus) until the configuration declares it no longer. That is warned
/// of. But a bus of which it gives neither description nor policy may be given them by clients.
///
/// What clients made is durable; all of it is in memory. A change is made on a draft, stored, and then put in force
/// whole: the event bus routes by the rules as they are here. Changes are made one after the other. Thread-safe.
class Catalog {
public:
    using Key = std::pair<Kind, std::string>;

    /// All references must outlive the catalog.
    Catalog(asio::any_io_executor executor, storage::Store& store, EventBus& bus, const Clock& clock);
    ~Catalog();

    /// Reads what is stored and puts it in force, together with what the configuration declares. Call once, before
    /// anything else. Corrupt names a resource that cannot be read.
    Task<Status> start(model::Declaration declared);

    /// Declares this instead. On an error (InvalidArgument: a pattern, a circle; Unavailable) nothing changes.
    ///
    /// A declared schedule begins when it is first declared, and again when it is another or was disabled meanwhile.
    /// What an archive holds outlives its declaration, and is there when it is declared again.
    Task<Status> declare(model::Declaration declared);

    /// Calls `read(const Resources&)` and returns its result. No change takes place meanwhile, so it must be quick.
    template <class Read>
    auto read(Read read) const {
        const std::shared_lock lock{mutex_};
        return read(resources());
    }

    /// Lets `edit` make its changes on a draft, and makes them so, together with the events in the outbox, which are
    /// then dispatched. If it returns false, nothing changes. It runs on any thread, must be quick, and may refer to
    /// the caller's frame: a change once begun is not cancelled. Unavailable: it could not be stored.
    using Change = std::function<bool(Edit&, storage::Outbox&)>;
    Task<Status> change(Change change);
    Task<Status> change(std::function<bool(Edit&)> edit);

    /// Removes everything that clients made. What the configuration declares stays as it declares it, and so does when
    /// its schedules last fired. Unavailable: it could not be stored.
    Task<Status> reset();

    /// Tells `listener` of each change that was made, once it is in force, on any thread; after start(), of everything
    /// there is. One after the other. Set before start().
    void on_change(std::function<void(const std::vector<Key>&)> listener);

    const Identity& identity() const { return bus_.identity(); }

    /// When this catalog began: the age of what was there from the beginning.
    TimePoint born() const { return born_; }

private:
    struct Declared;
    const Resources& resources() const;
    Task<Status> change_alone(Change change);
    Task<Status> declare_alone(model::Declaration declaration);
    Task<Status> declare_over(std::unique_ptr<Layers> next, model::Declaration declaration);
    Task<Status> reset_alone();
    Task<Status> settle();
    Task<Status> replace(std::unique_ptr<Layers> next, std::unique_ptr<Declared> declared,
                         std::vector<storage::ResourceChange> rows);
    Rerouting rerouting(const Resources& after, const Declared& declared, const std::vector<Key>& changed) const;
    RoutedRule routed(const std::string& key, const json::Object& rule, const Declared& declared) const;
    void tell(const std::vector<Key>& changed) const;

    const asio::any_io_executor executor_;
    storage::Store& store_;
    EventBus& bus_;
    const Clock& clock_;
    std::function<void(const std::vector<Key>&)> listener_;
    TimePoint born_;
    Mutex changing_;
    bool in_doubt_ = false;               // a write failed: only the table tells what became of it
    std::unique_ptr<Declared> declared_;  // these three belong to whoever is changing
    mutable std::shared_mutex mutex_;     // but all read the layers, under this
    std::unique_ptr<Layers> layers_;
};

}  // namespace rialto::bus
