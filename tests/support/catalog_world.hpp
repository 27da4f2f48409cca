#pragma once

#include "rialto/bus/archive_keeper.hpp"
#include "rialto/bus/catalog.hpp"
#include "rialto/bus/scheduled_rules.hpp"
#include "tests/support/bus_world.hpp"

namespace rialto::testing {

/// A world with a catalog over its bus, its schedules and archives. Restarting keeps what the catalog made.
class CatalogWorld : public BusWorld {
public:
    CatalogWorld() { open_catalog(); }
    ~CatalogWorld() { close_catalog(); }

    void open_catalog() {
        apply({});
        catalog = std::make_unique<bus::Catalog>(loop.get_executor(), *store, *bus, clock);
        schedules = std::make_unique<bus::ScheduledRules>(loop.get_executor(), *catalog, *bus, clock, timer, metrics);
        catalog->on_change([this](const std::vector<bus::Catalog::Key>& changed) {
            schedules->follow(changed);
            if (keeper)
                keeper->follow(changed);
            told.insert(told.end(), changed.begin(), changed.end());
        });
        REQUIRE(run(catalog->start(declared)));
        schedules->start();
        keeper = std::make_unique<bus::ArchiveKeeper>(loop.get_executor(), *catalog, *bus, store->archives(), admission,
                                                      clock, timer, metrics);
        keeper->start();
    }

    void close_catalog() {
        if (keeper) {
            run(keeper->stop());
            run(schedules->stop());
        }
        keeper.reset();
        schedules.reset();
        catalog.reset();
    }

    void restart() {
        close_catalog();
        BusWorld::restart();
        open_catalog();
    }

    model::Declaration declared{.buses = {{"default", {}}}};
    std::unique_ptr<bus::Catalog> catalog;
    std::unique_ptr<bus::ScheduledRules> schedules;
    delivery::Admission admission{loop.get_executor(), *store, [] { return std::nullopt; }, {}, clock, timer, metrics};
    std::unique_ptr<bus::ArchiveKeeper> keeper;
    std::vector<bus::Catalog::Key> told;  ///< What the catalog said that was changed.
};

}  // namespace rialto::testing
