#include "tests/property/events.hpp"

#include <utility>

namespace rialto::property {
namespace {

using Kind = Json::Kind;

Json any_value(Random& random, int levels);
void remove_one(Random& random, Json& json);

Json any_object(Random& random, int levels) {
    Json object{Kind::Object};
    for (auto count = random.chance(5) ? 0 : 1 + random.below(3); count > 0; --count)
        add_member(random, object, any_name(random), any_value(random, levels - 1));
    return object;
}

/// Many objects with the same names and nearly the same scalars, such as points have; now and then one has a name less
/// or more.
Json uniform_array(Random& random) {
    Json array{Kind::Array};
    auto object = any_object(random, 0);
    for (auto count = 5 + random.below(100); count > 0; --count) {
        array.values.push_back(object);
        auto& element = array.values.back();
        if (!element.values.empty() && random.chance(3))
            remove_one(random, element);
        if (random.chance(3))
            add_member(random, element, any_name(random), any_scalar(random));
        for (auto& value : object.values)
            if (random.chance(40))
                value = near_scalar(random, value);
    }
    return array;
}

/// Scalars, objects with mostly the same members, or arrays and a mix of all.
Json any_array(Random& random, int levels) {
    if (random.chance(4))
        return uniform_array(random);
    Json array{Kind::Array};
    const bool is_of_objects = levels > 0 && random.chance(50);
    auto object = any_object(random, levels - 1);
    for (auto count = random.below(random.chance(3) ? 30 : 4); count > 0; --count) {
        if (is_of_objects && random.chance(85)) {
            array.values.push_back(object);
            object = changed_event(random, object);
        } else {
            array.values.push_back(any_value(random, levels - 1));
        }
    }
    return array;
}

Json any_value(Random& random, int levels) {
    const auto kind = random.below(10);
    if (levels <= 0 || kind < 5)
        return any_scalar(random);
    return kind < 7 ? any_array(random, levels) : any_object(random, levels);
}

/// A value anywhere below `json`, which must have some.
Json& any_part(Random& random, Json& json) {
    auto& part = json.values[random.below(json.values.size())];
    return part.values.empty() || random.chance(30) ? part : any_part(random, part);
}

void remove_one(Random& random, Json& json) {
    const auto at = static_cast<std::ptrdiff_t>(random.below(json.values.size()));
    json.values.erase(json.values.begin() + at);
    if (json.kind == Kind::Object)
        json.names.erase(json.names.begin() + at);
}

void double_one(Random& random, Json& json) {
    const auto at = random.below(json.values.size());
    auto copy = json.values[at];
    if (copy.is_scalar())
        copy = near_scalar(random, copy);
    if (json.kind == Kind::Object)
        insert_member(random, json, random.below(json.values.size() + 1), json.names[at].value, std::move(copy));
    else
        json.values.push_back(std::move(copy));
}

void change(Random& random, Json& part) {
    switch (random.below(8)) {
        case 0:
            part = array_json({part});
            break;
        case 1:
            part = array_json({any_scalar(random), part});
            break;
        case 2:
            part = Json{random.chance(50) ? Kind::Array : Kind::Object};
            break;
        case 3:
            part = any_value(random, 1);
            break;
        case 4:
            part = object_json(any_name(random), part);
            break;
        default:
            if (part.is_scalar())
                part = near_scalar(random, part);
            else if (!part.values.empty() && random.chance(50))
                remove_one(random, part);
            else if (!part.values.empty())
                double_one(random, part);
            break;
    }
}

}  // namespace

Json any_event(Random& random) {
    Json event{Kind::Object};
    for (auto count = 1 + random.below(4); count > 0; --count)
        add_member(random, event, any_name(random), any_value(random, 3));
    return event;
}

Json changed_event(Random& random, Json event) {
    for (auto count = random.below(4); count > 0; --count) {
        if (event.values.empty())
            return event;
        if (random.chance(15))
            double_one(random, event);
        else if (random.chance(10))
            remove_one(random, event);
        else
            change(random, any_part(random, event));
    }
    return event;
}

}  // namespace rialto::property
