#pragma once

#include "rialto/bus/archive_keeper.hpp"
#include "rialto/bus/catalog.hpp"
#include "tests/support/bus_world.hpp"

namespace rialto::testing {

/// A world with a catalog over its bus. Restarting keeps what the catalog made.
class CatalogWorld : public BusWorld {
public:
    CatalogWorld() { open_catalog(); }
    ~CatalogWorld() { close_catalog(); }

    void open_catalog() {
        apply({});
        catalog = std::make_unique<bus::Catalog>(loop.get_executor(), *store, *bus, clock);
        REQUIRE(run(catalog->start(declared)));
        keeper = std::make_unique<bus::ArchiveKeeper>(loop.get_executor(), *catalog, *bus, store->archives(), clock,
                                                      timer, metrics);
        keeper->start();
    }

    void close_catalog() {
        if (keeper)
            run(keeper->stop());
        keeper.reset();
        catalog.reset();
    }

    void restart() {
        close_catalog();
        BusWorld::restart();
        open_catalog();
    }

    model::Declaration declared{.buses = {{"default", {}}}};
    std::unique_ptr<bus::Catalog> catalog;
    std::unique_ptr<bus::ArchiveKeeper> keeper;
};

}  // namespace rialto::testing
