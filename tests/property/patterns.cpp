#include "tests/property/patterns.hpp"

#include "tests/property/operators.hpp"
#include "tests/property/texts.hpp"

namespace rialto::property {
namespace {

using Kind = Json::Kind;

/// Follows the event downwards, so that what it writes together stands together.
class Writer {
public:
    explicit Writer(Random& random)
        : random_{random}, hits_{random.below(3) * 25 + 20}, has_literals_only_{random.chance(25)} {}

    Json object(const Json& event, int levels_of_or) {
        Json pattern{Kind::Object};
        for (auto count = event.values.empty() ? 0 : 1 + random_.below(has_literals_only_ ? 4 : 2); count > 0;
             --count) {
            const auto i = random_.below(event.values.size());
            add_member(random_, pattern, event.names[i].value, field(event.values[i], levels_of_or));
        }
        if (pattern.values.empty() || random_.chance(8))
            add_absent(pattern);
        if (levels_of_or > 0 && random_.chance(20))
            insert_member(random_, pattern, random_.below(pattern.values.size() + 1), "$or",
                          branches(event, levels_of_or - 1));
        return pattern;
    }

private:
    Json field(const Json& value, int levels_of_or) {
        if (value.kind == Kind::Object)
            return value.values.empty() ? leaf(any_scalar(random_)) : object(value, levels_of_or);
        if (value.kind == Kind::Array)
            return value.values.empty() ? leaf(any_scalar(random_)) : field(random_.pick(value.values), levels_of_or);
        return leaf(value);
    }

    Json leaf(const Json& scalar) {
        Json array{Kind::Array};
        const auto count = random_.chance(70) ? 1 : 1 + random_.below(random_.chance(5) ? 30 : 4);
        const auto hit = random_.chance(hits_) ? random_.below(count) : count;
        for (std::size_t i = 0; i < count; ++i)
            array.values.push_back(element(i == hit ? scalar : near_scalar(random_, scalar), i == hit));
        return array;
    }

    Json element(const Json& scalar, bool is_hit) {
        return has_literals_only_ ? scalar : element_for(random_, scalar, is_hit);
    }

    void add_absent(Json& pattern) {
        auto array = leaf(any_scalar(random_));
        array.values.front() = object_json("exists", Json{random_.chance(85) ? Kind::False : Kind::True});
        add_member(random_, pattern, any_name(random_), std::move(array));
    }

    Json branches(const Json& event, int levels_of_or) {
        Json array{Kind::Array};
        for (auto count = 2 + random_.below(2); count > 0; --count)
            array.values.push_back(object(event, levels_of_or));
        return array;
    }

    Random& random_;
    std::size_t hits_;
    bool has_literals_only_;  // for patterns with several exact fields, which the engine looks up at once
};

/// Some part of a pattern becomes what a pattern must not have there, or may.
void spoil(Random& random, Json& json) {
    if (!json.values.empty() && random.chance(75)) {
        spoil(random, json.values[random.below(json.values.size())]);
        return;
    }
    switch (random.below(6)) {
        case 0:
            json = any_scalar(random);
            break;
        case 1:
            json = Json{Kind::Array};
            break;
        case 2:
            json = Json{Kind::Object};
            break;
        case 3:
            json = array_json({json});
            break;
        case 4:
            json = object_json(random.pick({"anything-but", "prefix", "exists", "numeric", "x", "a"}), json);
            break;
        default:
            if (json.kind == Kind::Object)
                add_member(random, json, random.pick({"prefix", "EXISTS", "$or", "b"}), any_scalar(random));
            break;
    }
}

}  // namespace

std::string pattern_for(Random& random, const Json& event) {
    auto pattern = Writer{random}.object(event, 2);
    if (random.chance(3))
        spoil(random, pattern);
    if (random.chance(30))
        respell_paths(random, pattern, Tree::Pattern);
    auto text = written(random, pattern);
    if (random.chance(2))
        return damaged(random, text);
    return text + (random.chance(2) ? random.pick({" ", "x", "}", "{\"a\":[1]}"}) : "");
}

}  // namespace rialto::property
