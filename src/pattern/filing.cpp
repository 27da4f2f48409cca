// Where an entry is filed: the choice of dimensions, and of what sets it apart in a large cluster.
#include <algorithm>
#include <cmath>
#include <optional>

#include <boost/container/small_vector.hpp>

#include "pattern/index.hpp"
#include "pattern/keys.hpp"

namespace rialto::pattern {
namespace {

/// So many entries of a cluster are verified one by one, which is as fast as one more look-up.
constexpr std::size_t kLargeCluster = 2;

/// Keys of one entry by its dimensions, and in all.
constexpr std::size_t kMostProduct = 16;
constexpr std::size_t kMostKeys = 256;

/// Schemas that one path leads, before a new kind of rule has to do with fewer dimensions.
constexpr std::size_t kMostSchemas = 32;

/// Paths by which one cluster sets entries apart, before presence of the path takes part in the key itself.
constexpr std::size_t kMostBranching = 16;

/// A condition, and the tokens of which an event that it accepts has at least one.
struct Option {
    PathId path = 0;
    bool must_be_present = false;
    bool is_exact = false;
    bool is_presence = false;  // all that can be looked up is that there is something
    Tokens tokens;
    double bits = 0;  // how much its tokens tell
};

// Rules are added by the million, so what is worked out for one is kept off the heap as far as it is usual in size.
template <class T, std::size_t kUsual>
using Few = boost::container::small_vector<T, kUsual>;
using Options = Few<Option, 5>;
using Keys = Few<std::uint64_t, 8>;
using Dimensions = Few<Dimension, Schema::kMost>;
using Chosen = Few<const Option*, Schema::kMost>;

Trait trait_of(const Token& token) { return token.feature.trait; }

bool is_exact(const Token& token) {
    return token.feature == Feature{Trait::Exact, 0} || token.feature == Feature{Trait::Number, 0} ||
           token.feature == Feature{Trait::Address, 0};
}

Option option_of(const Placed& placed) {
    Option option;
    option.path = placed.path;
    option.must_be_present = !placed.condition->may_be_absent;
    for (const auto& test : placed.condition->tests)
        tokens_of(test, option.tokens);
    if (!option.must_be_present)
        option.tokens.push_back(absent_token());
    const auto present = std::ranges::find(option.tokens, Trait::Present, trait_of);
    if (option.must_be_present && present != option.tokens.end()) {
        const Token token = *present;
        option.tokens.assign(1, token);
        option.is_presence = true;
    }
    option.is_exact = std::ranges::all_of(option.tokens, is_exact);
    option.bits = std::ranges::min_element(option.tokens, {}, &Token::bits)->bits -
                  std::log2(static_cast<double>(option.tokens.size()));
    return option;
}

/// The exact options that together make the fewest keys, as many of them as fit; `options` by number of tokens.
Chosen choose_dimensions(const Options& options) {
    Chosen chosen;
    std::size_t product = 1;
    for (const Option& option : options) {
        if (!option.is_exact)
            continue;
        const bool fits = product * option.tokens.size() <= kMostProduct;
        if (chosen.size() == Schema::kMost || (!fits && !chosen.empty()))
            break;
        chosen.push_back(&option);
        product *= option.tokens.size();
    }
    return chosen;
}

/// The condition that tells most of those that the schema leaves open.
const Option* best_apart(const Options& options, const Schema& schema) {
    const Option* best = nullptr;
    for (const Option& option : options) {
        const bool is_known = std::ranges::any_of(schema.all(), [&](const Dimension& dimension) {
            return dimension.path == option.path && (dimension.is_exact || option.is_presence);
        });
        if (!is_known && (!best || option.bits > best->bits))
            best = &option;
    }
    return best;
}

Schema schema_of(std::span<const Dimension> dimensions) {
    Schema schema;
    schema.count = static_cast<std::uint32_t>(dimensions.size());
    std::ranges::copy(dimensions, schema.dimensions.begin());
    return schema;
}

bool is_same(const Schema& a, const Schema& b) { return std::ranges::equal(a.all(), b.all()); }

bool is_part(const Schema& part, const Schema& whole) {
    return std::ranges::all_of(part.all(), [&](const Dimension& dimension) {
        return std::ranges::find(whole.all(), dimension) != whole.all().end();
    });
}

/// The paths that may lead a schema: its own, or the root if it has none.
Few<PathId, Schema::kMost> possible_leads(const Schema& schema) {
    Few<PathId, Schema::kMost> leads;
    for (const Dimension& dimension : schema.all())
        leads.push_back(dimension.path);
    if (leads.empty())
        leads.push_back(Paths::kRoot);
    return leads;
}

struct SchemaPlace {
    PathId lead = 0;
    std::uint32_t number = 0;
};

std::optional<SchemaPlace> find_schema(const Schema& schema, const Paths& paths) {
    for (const PathId lead : possible_leads(schema)) {
        const auto& schemas = paths.node(lead).schemas;
        for (std::uint32_t i = 0; i < schemas.size(); ++i)
            if (schemas[i].users > 0 && is_same(schemas[i], schema))
                return SchemaPlace{lead, i};
    }
    return std::nullopt;
}

std::size_t live_schemas(const PathNode& node) {
    return static_cast<std::size_t>(std::ranges::count_if(node.schemas, [](const Schema& s) { return s.users > 0; }));
}

SchemaPlace add_schema(const Schema& schema, PathId lead, Paths& paths) {
    auto& schemas = paths.own(lead).schemas;
    const auto free = std::ranges::find(schemas, 0U, &Schema::users);
    const auto number = static_cast<std::uint32_t>(free - schemas.begin());
    if (free == schemas.end())
        schemas.push_back(schema);
    else
        *free = schema;
    return {lead, number};
}

/// The schema with just these dimensions; if their paths lead so many already that an event would have to look up too
/// much, the largest that has a part of them.
SchemaPlace provide_schema(Schema& schema, Paths& paths) {
    if (const auto known = find_schema(schema, paths))
        return *known;
    const auto leads = possible_leads(schema);
    const auto lead = *std::ranges::min_element(leads, {}, [&](PathId path) { return live_schemas(paths.node(path)); });
    if (schema.count <= 1 || live_schemas(paths.node(lead)) < kMostSchemas)
        return add_schema(schema, lead, paths);

    Schema part = schema_of(schema.all().first(1));
    for (const PathId path : leads)
        for (const Schema& candidate : paths.node(path).schemas)
            if (candidate.users > 0 && candidate.count > part.count && is_part(candidate, schema))
                part = candidate;
    part.users = 0;
    schema = part;
    const auto known = find_schema(schema, paths);
    return known ? *known : add_schema(schema, schema.dimensions.front().path, paths);
}

/// A key for each combination of tokens of the schema's dimensions.
Keys cluster_keys(const Schema& schema, const Options& options) {
    Keys keys{first_key()};
    for (const Dimension& dimension : schema.all()) {
        if (!dimension.is_exact) {
            std::ranges::transform(keys, keys.begin(),
                                   [&](auto key) { return next_key(key, dimension.path, kPresentToken); });
            continue;
        }
        const auto& option = *std::ranges::find(options, dimension.path, &Option::path);
        Keys more;
        for (const auto key : keys)
            for (const Token& token : option.tokens)
                more.push_back(next_key(key, dimension.path, token.hash));
        std::ranges::sort(more);
        more.erase(std::ranges::unique(more).begin(), more.end());
        keys = std::move(more);
    }
    return keys;
}

/// For an entry of these options that is to be filed by `shared`, which is `schema`.
void take_share(const Schema& schema, const Options& options, Schema& shared) {
    ++shared.users;
    for (std::size_t i = 0; i < schema.count; ++i)
        if (schema.dimensions[i].is_exact)
            for (const Token& token : std::ranges::find(options, schema.dimensions[i].path, &Option::path)->tokens)
                shared.tokens[i] |= Schema::bit_of(token.hash);
}

/// Exact dimensions; if there are none, the presence of the path that tells most; if no path must be there, nothing.
Dimensions dimensions_of(const Options& options) {
    Dimensions dimensions;
    for (const Option* option : choose_dimensions(options))
        dimensions.push_back({option->path, true});
    if (!dimensions.empty())
        return dimensions;
    const auto best = std::ranges::max_element(
        options, {}, [](const Option& option) { return option.must_be_present ? option.bits : -100; });
    if (best != options.end() && best->must_be_present)
        dimensions.push_back({best->path, false});
    return dimensions;
}

Schema with_presence(const Schema& schema, PathId path) {
    Dimensions dimensions(schema.all().begin(), schema.all().end());
    dimensions.push_back({path, false});
    std::ranges::sort(dimensions, {}, &Dimension::path);
    return schema_of(dimensions);
}

}  // namespace

/// Whether entries of one of the clusters are set apart by many paths, of which `path` is none.
bool Index::has_many_branches(std::span<const std::uint64_t> keys, PathId path) const {
    return std::ranges::any_of(keys, [&](std::uint64_t key) {
        const Cluster* cluster = clusters_.find(key);
        return cluster && cluster->branching_paths() >= kMostBranching && !cluster->is_branching(path);
    });
}

Entry::Place Index::place(std::span<const Placed> conditions, Paths& paths) const {
    Options options;
    for (const Placed& placed : conditions)
        options.push_back(option_of(placed));
    std::ranges::sort(options, {}, [](const Option& option) { return std::pair{option.tokens.size(), option.path}; });

    auto dimensions = dimensions_of(options);
    std::ranges::sort(dimensions, {}, &Dimension::path);
    Schema schema = schema_of(dimensions);
    auto known = provide_schema(schema, paths);
    const Option* apart = best_apart(options, schema);
    if (apart && apart->must_be_present && schema.count < Schema::kMost &&
        has_many_branches(cluster_keys(schema, options), apart->path)) {
        schema = with_presence(schema, apart->path);
        known = provide_schema(schema, paths);
        apart = best_apart(options, schema);
    }
    take_share(schema, options, paths.own(known.lead).schemas[known.number]);

    Entry::Place place{.lead = known.lead, .schema = known.number, .keys = {}};
    for (const auto key : cluster_keys(schema, options)) {
        const Cluster* cluster = clusters_.find(key);
        const auto count = place.keys.size() + (apart ? apart->tokens.size() : 0);
        if (!apart || !cluster || cluster->entries().size() < kLargeCluster || count > kMostKeys ||
            has_many_branches({&key, 1}, apart->path)) {
            place.keys.push_back({.cluster = key, .feature = {}});
            continue;
        }
        const bool is_outside = cluster->apart() + apart->tokens.size() > Cluster::kMostApart;
        for (const Token& token : apart->tokens)
            place.keys.push_back({.cluster = key,
                                  .apart = next_key(key, apart->path, token.hash),
                                  .path = apart->path,
                                  .feature = token.feature,
                                  .is_outside = is_outside,
                                  .zone = zone_of(token)});
    }
    return place;
}

}  // namespace rialto::pattern
