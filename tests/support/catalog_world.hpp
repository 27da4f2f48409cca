#pragma once

#include "rialto/bus/catalog.hpp"
#include "tests/support/bus_world.hpp"

namespace rialto::testing {

/// A world with a catalog over its bus. Restarting keeps what the catalog made.
class CatalogWorld : public BusWorld {
public:
    CatalogWorld() { open_catalog(); }
    ~CatalogWorld() { catalog.reset(); }

    void open_catalog() {
        apply({});
        catalog = std::make_unique<bus::Catalog>(loop.get_executor(), *store, *bus, clock);
        REQUIRE(run(catalog->start(declared)));
    }

    void restart() {
        catalog.reset();
        BusWorld::restart();
        open_catalog();
    }

    std::vector<model::Bus> declared{{"default", {}}};
    std::unique_ptr<bus::Catalog> catalog;
};

}  // namespace rialto::testing
