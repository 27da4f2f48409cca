#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/document.hpp"
#include "config/problems.hpp"

namespace rialto::config {

/// What all readers of one file share.
struct Reading {
    Problems& problems;
    std::filesystem::path folder;  ///< Of the file: where relative paths start.
    std::set<std::string> known;   ///< The path of every key that a reader has asked for.
    std::set<std::string> buses;   ///< The names of all buses.
    std::string account{};         ///< This server's.
    std::string region{};
    std::set<std::string> connections{};       ///< The names of those read so far.
    std::set<std::string> api_destinations{};  ///< The same.
};

/// Reads the keys of one map. Each is named once, with the variable that it fills and the rule that checks it:
///
///     map.read("maxBody", server.max_body, size_in(64 * kKiB, 64 * kMiB));
///
/// A rule is called with the value's Node and returns a Result; its error is reported at the value and leaves the
/// variable as it was. Keys that nobody asked for are problems.
class MapReader {
public:
    /// Calls `body` with a reader of `node`, which should be a map; null counts as an empty one.
    template <class Body>
    static void read_map(const Node& node, std::string path, Reading& reading, Body body) {
        MapReader map{node, std::move(path), reading};
        if (!map.is_map())
            return;
        body(map);
        map.report_unknown();
    }

    /// True if the key is there.
    template <class T, class Rule>
    bool read(std::string_view key, T& value, const Rule& rule) {
        const Node* node = find(key);
        if (node == nullptr)
            return false;
        if (node->is(Node::Kind::Broken))
            return true;
        auto read = rule(*node);
        if (read)
            value = *std::move(read);
        else
            problem(node->mark, key, read.error().message);
        return true;
    }

    /// A map within this one. `body` is called even if it is missing, with an empty one.
    template <class Body>
    void section(std::string_view key, Body body) {
        const Node* node = find(key);
        read_map(node != nullptr ? *node : kNothing, path_of(key), reading_, body);
    }

    /// Each entry of a map within this one, whose keys are the user's names. True if the map is there.
    template <class Body>
    bool each(std::string_view key, Body body) {
        const Node* node = find(key);
        if (node == nullptr)
            return false;
        const MapReader map{*node, path_of(key), reading_};
        if (map.is_map())
            for (const Entry& entry : node->entries)
                body(entry, map.path_of(entry.key));
        return true;
    }

    /// The value of a key, or null pointer. Whoever asks knows the key.
    const Node* find(std::string_view key);

    void problem(Mark mark, std::string_view key, std::string_view what) const;
    /// One of the whole map.
    void problem(std::string_view what) const;

    std::string path_of(std::string_view key) const {
        return path_.empty() ? std::string{key} : path_ + '.' + std::string{key};
    }
    Mark mark() const { return node_.mark; }
    Reading& reading() const { return reading_; }

private:
    static const Node kNothing;

    MapReader(const Node& node, std::string path, Reading& reading)
        : node_{node}, path_{std::move(path)}, reading_{reading} {}

    bool is_map() const;
    void report_unknown() const;

    const Node& node_;
    std::string path_;
    Reading& reading_;
    std::vector<std::string> known_;
};

}  // namespace rialto::config
