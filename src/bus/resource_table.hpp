#pragma once

#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "rialto/bus/resources.hpp"

namespace rialto::bus {

/// All resources of one layer.
using Table = std::array<std::map<std::string, Document, std::less<>>, kKinds>;

inline auto& of_kind(Table& table, Kind kind) { return table[static_cast<std::size_t>(kind)]; }
inline const auto& of_kind(const Table& table, Kind kind) { return table[static_cast<std::size_t>(kind)]; }

/// What clients made and what the configuration declares. Of what both have the configuration's is the one that counts,
/// and the clients' rests until it is declared no longer; but for a bus of which it gives no settings (then it has no
/// ManagedBy): those are the clients' to give.
class Layers final : public Resources {
public:
    Document find(Kind kind, std::string_view key) const override;
    std::vector<Entry> list(Kind kind, std::string_view prefix, std::size_t limit,
                            std::string_view after) const override;
    using Resources::list;
    bool is_declared(Kind kind, std::string_view key) const override;

    /// What clients made and the configuration declares as well, so that theirs rests.
    std::vector<std::pair<Kind, std::string>> resting() const;

    Table made;
    Table declared;

private:
    bool rests(Kind kind, const json::Object& by_client) const;
    Document ruling(Kind kind, const Document& by_client, const Document& by_file) const;
};

/// An edit over resources that stay as they are meanwhile.
class Draft final : public Edit {
public:
    using Changes = std::map<std::pair<Kind, std::string>, Document, std::less<>>;  ///< Null: it goes.

    explicit Draft(const Layers& base) : base_{base} {}

    Document find(Kind kind, std::string_view key) const override;
    std::vector<Entry> list(Kind kind, std::string_view prefix, std::size_t limit,
                            std::string_view after) const override;
    using Resources::list;
    bool is_declared(Kind kind, std::string_view key) const override { return base_.is_declared(kind, key); }
    void put(Kind kind, std::string key, json::Object document) override;
    void erase(Kind kind, std::string key) override;

    const Changes& changes() const { return changes_; }

private:
    const Layers& base_;
    Changes changes_;
};

}  // namespace rialto::bus
